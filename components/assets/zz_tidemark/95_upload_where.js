/* Upload: into which folder, and whether a folder that is chosen keeps its name. */
(function () {
  "use strict";
  const tm = window.tidemark;
  const { upload, element } = tm;
  const KEEP = "tidemark-upload-keep-root";

  const list = element("datalist", { id: "tm-upload-folders" });
  const input = element("input", { type: "text", className: "form-control form-control-sm", autocomplete: "off", placeholder: "top", spellcheck: false });
  input.setAttribute("list", list.id);
  input.onfocus = () => list.replaceChildren(...tm.files.folders().map((value) => element("option", { value })));
  const box = element("input", { type: "checkbox", className: "form-check-input", checked: tm.memory.get(KEEP) !== "no" });
  box.onchange = () => tm.memory.set(KEEP, box.checked ? "yes" : "no");

  /** The two controls; they outlive the dialog, whose content is made anew each time. */
  upload.where = element(
    "div",
    { className: "tm-upload-where" },
    element("label", { title: "A folder that is there, or a new one" }, element("span", {}, "Into folder"), input, list),
    element("label", {}, box, element("span", {}, "Keep the top folder’s name")),
  );

  /** What a file that was chosen will be called. */
  upload.placed = (path) => {
    const inner = box.checked ? path : path.slice(path.indexOf("/") + 1);
    const folder = input.value.split("/").map((part) => part.trim()).filter(Boolean).join("/");
    return folder ? `${folder}/${inner}` : inner;
  };
})();
