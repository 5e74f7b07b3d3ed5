/* Texts for the clipboard, which exists only on https and localhost. */
const put = (text, done, failed, kind) => {
  const said = (words, look) => clientside.set_props("shell-toast", { data: { text: words, kind: look } });
  return (navigator.clipboard?.writeText(text) || Promise.reject()).then(
    () => said(done, "success"),
    () => said(failed, kind),
  );
};
clientside.clipboard = { copy: ({ text, done, failed }) => void put(text, done, failed, "warning") };
/* Buttons: `data-copy` holds the text, `data-copied` the message then; without a clipboard the text is shown, to be selected. */
document.addEventListener("click", ({ target }) => {
  const { copy, copied } = target.closest?.("[data-copy]")?.dataset || {};
  if (copy) put(copy, copied, copy, "info");
});
