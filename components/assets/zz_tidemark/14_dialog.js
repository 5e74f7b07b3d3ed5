/* Small dialogs that scripts make: the browser's own <dialog> keeps the focus inside, closes with Escape and gives the
   focus back. */
(function () {
  "use strict";
  const tm = window.tidemark;

  /** Show a dialog. `body` are its nodes; `submit` names what `run` does when Enter or the button is pressed. What `run`
      throws is said in the dialog, which then stays. Returns the dialog. */
  tm.dialog = ({ title, body, submit, run, danger = false }) => {
    const problem = tm.element("p", { className: "tm-dialog-problem", role: "alert" });
    const cancel = tm.element("button", { type: "button", className: "btn btn-link" }, run ? "Cancel" : "Close");
    const go = tm.element("button", { type: "submit", className: `btn btn-${danger ? "danger" : "primary"}` }, submit || "");
    const foot = tm.element("div", { className: "tm-dialog-foot" }, cancel, ...(run ? [go] : []));
    const content = tm.element("div", { className: "tm-dialog-body" }, ...body);
    const form = tm.element("form", {}, tm.element("h2", { id: "tm-dialog-title" }, title), content, problem, foot);
    const dialog = tm.element("dialog", { className: "tm-dialog", "aria-labelledby": "tm-dialog-title" }, form);
    cancel.onclick = () => dialog.close();
    dialog.onclose = () => dialog.remove();
    form.onsubmit = async (event) => {
      event.preventDefault();
      if (!run || go.disabled) return;
      go.disabled = true;
      go.prepend(tm.element("span", { className: "spinner-border spinner-border-sm", "aria-hidden": "true" }));
      form.setAttribute("aria-busy", "true");
      try {
        await run();
        dialog.close();
      } catch (error) {
        problem.textContent = error.message;
      }
      go.disabled = false;
      go.firstElementChild.remove();
      form.removeAttribute("aria-busy");
    };
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
  };

  /** A control of a dialog under its name. */
  tm.field = (name, control) => tm.element("label", { className: "tm-dialog-field" }, tm.element("span", {}, name), control);
  /** Choices [value, words]; one of them chosen. */
  tm.choice = (choices, chosen, properties = {}) => {
    const options = choices.map(([value, words]) => tm.element("option", { value: String(value), selected: value === chosen }, words));
    return tm.element("select", { className: "form-select form-select-sm", ...properties }, ...options);
  };
})();
