/* The name of the time axis is where one chooses the form in which times are shown. */
import { byId, element } from "./dom.mjs";

export default (plot) => {
  const fill = () => {
    const menu = byId("plot-time");
    if (!menu || !plot.view.recording) return;
    const forms = plot.time.forms();
    menu.replaceChildren(
      ...forms.map(({ name, words, off }) => element("option", { value: name, disabled: Boolean(off) }, off ? `${words}: ${off}` : words)),
    );
    menu.value = plot.time.form();
    menu.disabled = forms.length === 1;
  };
  plot.listen(document, "change", ({ target }) => {
    if (target.id !== "plot-time") return;
    plot.time.use(target.value);
    target.blur(); // keys belong to the plot again
  });
  for (const event of ["mounted", "timeform"]) plot.on(event, fill);
};
