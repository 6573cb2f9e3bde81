/** The stars as the page draws them: a module by anywidget's contract, which exports `render({ model, el })`. */

export const starsModule = `
function render({ model, el }) {
  const max = model.get("max");
  el.classList.add("cofi-stars");
  const name = document.createElement("span");
  name.className = "cofi-stars-label";
  name.textContent = model.get("label");
  const group = document.createElement("span");
  group.className = "cofi-stars-group";
  group.tabIndex = 0;
  group.setAttribute("role", "slider");
  group.setAttribute("aria-label", model.get("label"));
  group.setAttribute("aria-valuemin", "0");
  group.setAttribute("aria-valuemax", String(max));
  const set = (value) => {
    model.set("value", value);
    model.save_changes();
  };
  const stars = Array.from({ length: max }, (_, k) => {
    const star = document.createElement("span");
    star.className = "cofi-star";
    star.textContent = "★";
    star.addEventListener("click", () => set(model.get("value") === k + 1 ? null : k + 1));
    star.addEventListener("mouseenter", () => light(k + 1));
    return star;
  });
  const light = (count) => {
    for (const [k, star] of stars.entries()) star.classList.toggle("lit", k < count);
  };
  const draw = () => {
    const value = model.get("value");
    light(value ?? 0);
    group.setAttribute("aria-valuenow", String(value ?? 0));
    group.setAttribute("aria-valuetext", value === null ? "not rated" : value + " of " + max);
  };
  group.addEventListener("mouseleave", draw);
  group.addEventListener("keydown", (event) => {
    const value = model.get("value") ?? 0;
    if (event.key === "ArrowRight" || event.key === "ArrowUp") set(Math.min(max, value + 1));
    else if (event.key === "ArrowLeft" || event.key === "ArrowDown") set(value > 1 ? value - 1 : null);
    else if (event.key === "Delete" || event.key === "Backspace") set(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  group.append(...stars);
  el.append(group, name);
  model.on("change:value", draw);
  draw();
  return () => model.off("change:value", draw);
}
export default { render };
`;

export const starsCss = `
.cofi-stars { display: flex; align-items: baseline; gap: 10px; padding: 1px 0; }
.cofi-stars-label { color: var(--jp-content-font-color1, inherit); font: 13px/1.3 var(--jp-ui-font-family, sans-serif); }
.cofi-stars-group { cursor: pointer; white-space: nowrap; border-radius: 3px; }
.cofi-stars-group:focus-visible { outline: 2px solid #0072b2; outline-offset: 2px; }
.cofi-star { color: rgba(128, 128, 128, 0.4); font-size: 20px; line-height: 1.1; padding: 0 1px; }
.cofi-star.lit { color: #e69f00; }
`;
