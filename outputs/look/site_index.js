"use strict";
/* Without this script the list is whole. With it a field leaves the names that hold what is typed. */
(() => {
  const items = [...document.querySelectorAll(".places li")];
  const folded = (text) => text.toLowerCase().replace(/['’ʼ`´]/g, "").normalize("NFKD").replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, " ").trim();
  const keys = items.map((item) => folded(item.textContent));
  const place = document.querySelector(".find");
  const label = document.createElement("label");
  label.textContent = "Find a place by its name or town";
  const field = document.createElement("input");
  field.type = "search";
  field.autocomplete = "off";
  label.append(field);
  const said = document.createElement("p");
  said.className = "quiet";
  said.setAttribute("role", "status");
  place.append(label, said);
  field.addEventListener("input", () => {
    const wanted = folded(field.value).split(" ");
    let shown = 0;
    items.forEach((item, at) => {
      item.hidden = !wanted.every((part) => keys[at].includes(part));
      shown += !item.hidden;
    });
    said.textContent = !field.value ? "" : shown ? `${shown === 1 ? "One place" : `${shown} places`} found.`
      : "No place of this name has a page here.";
  });
})();
