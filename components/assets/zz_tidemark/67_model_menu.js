/* Select a Model: beside the plot, a list to choose from with name and short description; remarks are shown when asked for. */
(function () {
  "use strict";
  const tm = window.tidemark;
  let list = null; // while it is open

  const place = () => tm.byId("model-choice");
  const lines = (name, description) => [
    tm.element("span", { className: "tm-model-name" }, name),
    ...(description ? [tm.element("span", { className: "tm-model-short" }, description)] : []),
  ];

  /* ---- what is shown while it is closed ------------------------------------------------------------ */
  const draw = () => {
    if (!place() || !tm.model.state) return;
    const { current } = tm.model;
    const none = tm.element("p", { className: "tm-none" }, "No model yet. Add one with ", tm.element("b", {}, "+"), ".");
    const focused = place().contains(document.activeElement);
    place().replaceChildren(tm.model.list.length ? chooser(current) : none);
    if (focused) place().querySelector("button")?.focus();
    const remarks = tm.byId("model-remarks");
    remarks.textContent = current?.remarks || "";
    if (!current?.remarks) remarks.hidden = true;
    tm.enable("model-remarks-button", Boolean(current?.remarks));
    tm.byId("model-link").setAttribute("href", current ? `/models?model=${current.id}` : "/models");
  };
  const chooser = (current) => {
    const said = current ? lines(current.name, current.short_description) : [tm.element("span", { className: "tm-model-none" }, "Select a Model")];
    const button = tm.element("button", { type: "button", className: "tm-model-button", "aria-haspopup": "listbox", "aria-expanded": "false" });
    button.append(tm.element("span", { className: "tm-model-lines" }, ...said), tm.element("i", { className: "bi bi-chevron-down", "aria-hidden": "true" }));
    button.setAttribute("aria-label", current ? `Select a Model: ${current.name}` : "Select a Model");
    button.onclick = () => (list ? close() : open(button));
    button.onkeydown = (event) => {
      if (!/^Arrow(Up|Down)$/.test(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      open(button);
    };
    return button;
  };

  /* ---- the list ------------------------------------------------------------------------------------- */
  const open = (button) => {
    const options = tm.model.list.map((one) => option(one));
    list = tm.element("div", { className: "tm-model-list", role: "listbox", "aria-label": "Models" }, ...options);
    list.tabIndex = -1;
    list.onkeydown = keys;
    list.addEventListener("focusout", (event) => list && !list.contains(event.relatedTarget) && close(false));
    document.body.append(list);
    const box = button.getBoundingClientRect();
    const below = innerHeight - box.bottom - 12;
    const above = box.top - 12;
    const width = Math.min(300, innerWidth - 24);
    Object.assign(list.style, { width: `${width}px`, left: `${Math.max(12, Math.min(box.left, innerWidth - width - 12))}px` });
    if (below >= Math.min(list.scrollHeight, above)) Object.assign(list.style, { top: `${box.bottom + 4}px`, maxHeight: `${below}px` });
    else Object.assign(list.style, { bottom: `${innerHeight - box.top + 4}px`, maxHeight: `${above}px` });
    button.setAttribute("aria-expanded", "true");
    (list.querySelector("[aria-selected=true]") || options[0]).focus();
    tm.model.read().catch(() => undefined); // another tab may have added one: it is there the next time
  };
  const option = (one) => {
    const button = tm.element("div", { className: "tm-model-option", role: "option" }, ...lines(one.name, one.short_description));
    button.tabIndex = -1;
    button.title = one.remarks || one.architecture;
    button.setAttribute("aria-selected", String(one.id === tm.model.chosen));
    button.dataset.id = one.id;
    button.onclick = () => choose(button);
    return button;
  };
  const choose = (option) => {
    close();
    tm.model.choose(option.dataset.id); // draws the button anew
  };
  const close = (back = true) => {
    const gone = list;
    list = null;
    gone?.remove();
    const button = place()?.querySelector("button");
    button?.setAttribute("aria-expanded", "false");
    if (back) button?.focus();
  };
  let typed = "";
  let typedAt = 0;
  const keys = (event) => {
    const options = [...list.children];
    const at = options.indexOf(document.activeElement);
    const to = (place) => options[Math.max(0, Math.min(options.length - 1, place))].focus();
    event.stopPropagation();
    if (event.key === "ArrowDown") to(at + 1);
    else if (event.key === "ArrowUp") to(at - 1);
    else if (event.key === "Home") to(0);
    else if (event.key === "End") to(options.length - 1);
    else if (event.key === "Enter" || event.key === " ") choose(options[at]);
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") return close(false);
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      typed = performance.now() - typedAt < 800 ? typed + event.key.toLowerCase() : event.key.toLowerCase();
      typedAt = performance.now();
      tm.model.list.findIndex(({ name }, index) => name.toLowerCase().startsWith(typed) && (options[index].focus(), true));
    } else return;
    event.preventDefault();
  };

  /* ---- when ------------------------------------------------------------------------------------------ */
  const AGAIN = 10000; // ms: who goes from file to file need not ask each time
  let readAt = -Infinity;
  const refresh = () => {
    if (!place() || performance.now() - readAt < AGAIN) return;
    readAt = performance.now();
    tm.model.read().catch(() => (readAt = -Infinity)); // the banner of the page says it
  };
  tm.on("recording", () => (draw(), refresh()));
  tm.on("models", () => !list && draw());
  tm.on("model", () => !list && draw());
  window.addEventListener("focus", () => !list && refresh());
  tm.keys.define("model", () => {
    const button = place()?.querySelector("button");
    if (button) open(button);
    else tm.actions.addModel();
  });
  tm.actions.showModelRemarks = () => {
    const remarks = tm.byId("model-remarks");
    remarks.hidden = !remarks.hidden;
    tm.byId("model-remarks-button").setAttribute("aria-expanded", String(!remarks.hidden));
  };
})();
