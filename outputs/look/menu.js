// In a narrow window Streamlit's menu lies over the page. It stays there when a page was chosen from it, and it is
// remembered as unfolded at any width: here it is folded again.
(() => {
  const narrow = () => matchMedia("(max-width: 768px)").matches;
  try {
    if (narrow())
      for (const key of Object.keys(localStorage))
        if (key.startsWith("stSidebarCollapsed-")) localStorage.removeItem(key);
  } catch {} // a browser that keeps nothing has nothing to forget
  document.addEventListener("click", (event) => {
    if (narrow() && event.target.closest('[data-testid="stSidebarNavLink"]'))
      document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  });
})();
