"use strict";
/* Without this script every word and figure is on the page. With it a chart can be read along, and similar places hidden. */
(() => {
  const add = (parent, tag, text, before) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    parent.insertBefore(made, before || null);
    return made;
  };

  const hidden = () => document.body.classList.contains("no-others");

  /* One row of a chart's own table, in words. */
  const words = (heads, row) => {
    const [when, ...cells] = [...row.cells].map((cell) => cell.textContent);
    const shown = hidden() ? cells.slice(0, 1) : cells;
    return `${when}. ` + shown.map((value, at) => `${heads[at + 1]}: ${value || "not known"}`).join("; ");
  };

  const readable = (figure) => {
    const table = figure.querySelector("details table");
    const pictures = [...figure.querySelectorAll("svg[data-x]")];
    if (!table || !pictures.length) return null;
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    const rows = [...table.tBodies[0].rows];
    const places = pictures.map((svg) => svg.dataset.x.split(" ").map(Number));
    const reader = document.createElement("p");
    reader.className = "reader";
    figure.insertBefore(reader, figure.querySelector("details"));
    const label = add(reader, "label", "Read along");
    const slider = add(label, "input");
    Object.assign(slider, { type: "range", min: 0, max: rows.length - 1 });
    slider.value = rows.length - 1;
    slider.setAttribute("aria-label", `Read along the chart: ${figure.dataset.name}`);
    const said = add(reader, "span");
    let pointed = false;
    const show = () => {
      const at = Number(slider.value);
      const text = words(heads, rows[at]);
      said.textContent = pointed ? text : `Newest: ${text}`;
      slider.setAttribute("aria-valuetext", text);
      pictures.forEach((svg, number) => {
        let cursor = svg.querySelector(".cursor");
        if (!cursor && pointed) {
          cursor = document.createElementNS("http://www.w3.org/2000/svg", "path");
          cursor.setAttribute("class", "cursor");
          svg.appendChild(cursor);
        }
        if (cursor) {
          const [top, floor] = svg.dataset.y.split(" ");
          cursor.setAttribute("d", `M${places[number][at]} ${top}V${floor}`);
        }
      });
    };
    slider.addEventListener("input", () => { pointed = true; show(); });
    pictures.forEach((svg, number) => svg.addEventListener("pointermove", (event) => {
      const box = svg.getBoundingClientRect();
      const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
      const away = places[number].map((place) => Math.abs(place - x));
      slider.value = away.indexOf(Math.min(...away));
      pointed = true;
      show();
    }));
    show();
    return show;
  };

  const shows = [...document.querySelectorAll("figure[data-name]")].map(readable).filter(Boolean);

  const switches = [...document.querySelectorAll(".switch")].map((place) => {
    const button = add(place, "button", "Hide similar places");
    button.type = "button";
    button.addEventListener("click", () => {
      document.body.classList.toggle("no-others");
      switches.forEach((one) => { one.textContent = hidden() ? "Show similar places" : "Hide similar places"; });
      shows.forEach((show) => show());
    });
    return button;
  });

  /* On paper nothing can be opened. */
  addEventListener("beforeprint", () => document.querySelectorAll("details:not(.figures)").forEach((one) => { one.open = true; }));
})();
