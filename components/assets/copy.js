/* Buttons that copy a text: `data-copy` holds it, `data-copied` the message then. The clipboard exists only on https and localhost; elsewhere the text is
   shown, so that it can be selected. */
document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  const said = (text, kind) => window.dash_clientside.set_props("shell-toast", { data: { text, kind } });
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    said(button.dataset.copied, "success");
  } catch {
    said(button.dataset.copy, "info");
  }
});
