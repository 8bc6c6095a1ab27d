"use strict";
/* The opening goes when the page is drawn, and not before; the reader stays at the line being read. */
(() => {
  const opening = document.getElementById("opening");
  if (!opening) return;
  const root = document.getElementById("root");
  const leave = () => {
    watch.disconnect();
    const main = root.querySelector('[data-testid="stMain"]');
    const at = opening.scrollTop;
    opening.remove();
    if (main) main.scrollTop = at;
  };
  const look = () => {
    if (root.querySelector('[data-test-script-state="notRunning"] :is(h1, [data-testid="stAlert"])')) leave();
  };
  const watch = new MutationObserver(look);
  watch.observe(root, { childList: true, subtree: true, attributeFilter: ["data-test-script-state"] });
  setTimeout(() => {
    const status = opening.querySelector('[role="status"]');
    status.textContent = status.dataset.late;
  }, 30000);
})();
