/* The name of the time axis is where one chooses the form in which times are shown. */
(function () {
  "use strict";
  const tm = window.tidemark;

  const fill = () => {
    const menu = tm.byId("plot-time");
    if (!menu || !tm.view.recording) return;
    const forms = tm.time.forms();
    menu.replaceChildren(
      ...forms.map(({ name, words, off }) => tm.element("option", { value: name, disabled: Boolean(off) }, off ? `${words}: ${off}` : words)),
    );
    menu.value = tm.time.form();
    menu.disabled = forms.length === 1;
  };
  document.addEventListener("change", ({ target }) => {
    if (target.id !== "plot-time") return;
    tm.time.use(target.value);
    target.blur(); // keys belong to the plot again
  });
  for (const event of ["mounted", "timeform"]) tm.on(event, fill);
})();
