"""Roles required by callbacks: this table lists every callback; unlisted ones require an admin.

A callback is identified by module and function (``labels.apply``), those of forms in dialogs also by the dialog.
``routes/access.py`` calls :func:`role_of` before a callback runs; a test compares the table with
the registered callbacks.

Callbacks that Dash calls when components are drawn must be open to annotators; where such a callback changes data, it
calls ``acting.require`` (``class_list.choose_set``: reviewers, ``model_classes.say``: admins).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from services.accounts.model import Role

CALLBACKS: Mapping[Role, str] = {
    Role.ANNOTATOR: """
        agreement.compare agreement.show
        autolabel.correct autolabel.end autolabel.look autolabel.open_channels autolabel.open_options autolabel.refit
        autolabel.replace autolabel.show autolabel.start autolabel.take_own
        autolabel_files.look autolabel_files.open_dialog autolabel_files.submit
        channels.change channels.fill channels.magnify channels.turn
        class_list.choose_set class_list.find class_list.pressed class_list.show
        classes.export classes.find classes.judge_color classes.show
        copy_labels.choose copy_labels.choose_none copy_labels.copy copy_labels.draw copy_labels.find_targets
        copy_labels.offer_ways copy_labels.open_dialog copy_labels.open_with_labels
        dash.cancel_call dash.update
        details.open_details
        dialogs.submit(autolabel-channels-dialog) dialogs.submit(autolabel-options-dialog)
        dialogs.submit(history-dialog) dialogs.submit(label-go-to-dialog)
        dialogs.submit(label-layers-dialog) dialogs.submit(label-save-form-dialog)
        dialogs.submit(review-dialog) dialogs.submit(selection-note-dialog)
        dialogs.submit(shell-files-delete) dialogs.submit(shell-files-move) dialogs.submit(shell-files-rename)
        doubts.hear doubts.press
        download.open_dialog download.start download.tell
        file_actions.ask_deletion file_actions.ask_folder file_actions.ask_name file_actions.restore
        file_done.done
        file_menu.choose file_menu.open_menu
        file_tree.chosen file_tree.panel file_tree.rows file_tree.step
        files_page.filter_doubtful files_page.restore files_page.search files_page.show files_page.show_tab
        files_page.tools files_page.trash_tools files_page.use
        gaps.press
        go_to.ask
        heartbeat.beat
        history.ask history.fill history.hear history.keep history.look history.press history.show
        imports.act imports.announce imports.copy imports.download imports.open_or_close
        imports.opened imports.show imports.unfold
        job.run_job
        job_status.act job_status.show
        jobs.act jobs.notice jobs.open_list jobs.show_list
        keys.follow keys.take
        labels.apply labels.apply_unsent labels.follow
        layers.ask
        model_classes.say
        model_choice.pick model_choice.show model_choice.show_remarks
        model_versions.ask model_versions.choose model_versions.improve model_versions.show
        models.draw models.follow models.list_all_classes models.mark models.show models.use_set
        navigation.mark
        open_file.follow open_file.follow_shown open_file.restore
        outputs.choose outputs.choose_form outputs.download outputs.save outputs.saved outputs.show outputs.tell
        plot.keep
        refused.count refused.repeat refused.show
        rereading.fill rereading.preview rereading.read
        review.answer review.fill review.pressed review.show
        save.cancel save.save save.show save.start
        selection.choose selection.fill selection.write
        sent_reading.read
        table.change
        train_form.look train_form.propose train_form.refill train_form.start
        train_form.unfold
        train_progress.begin train_progress.cancel train_progress.choose train_progress.draw
        train_progress.list_trainings train_progress.move_on train_progress.progress train_progress.retry
        training.ended training.look training.start training.start_unmeasured
        upload.act upload.announce upload.choose_group upload.open_or_close upload.opened upload.show
    """,
    Role.REVIEWER: """
        agreement.settle agreement.settle_agreed agreement.undo
        dialogs.submit(files-assign-dialog) files_page.ask_people
        classes.choose_color classes.choose_set classes.edit_cell classes.open_dialog classes.reorder
        dialogs.submit(classes-dialog) dialogs.submit(label-class-dialog)
        dialogs.submit(outputs-dialog) outputs.ask
    """,
    Role.ADMIN: """
        dialogs.submit(files-purge-dialog) files_page.ask
        dialogs.submit(models-delete-dialog) model_dialogs.describe model_dialogs.open_dialog
        model_classes.forget models.read_notes
        model_upload.announce model_upload.ask model_upload.cancel model_upload.end model_upload.follow_bytes
        model_upload.hold model_upload.open_dialog model_upload.propose model_upload.submit
    """,
}
ROLES: Mapping[str, Role] = {name: role for role, names in CALLBACKS.items() for name in names.split()}


def role_of(output: str, callback: Mapping[str, Any] | None) -> Role:
    """The role for an entry of Dash's ``callback_map``; for an unknown callback (None), no role is sufficient.

    A page that was loaded before an upgrade is then asked to reload (``routes/callback_requests.py``).
    """
    return ROLES.get(name_of(output, callback), Role.ADMIN) if callback else Role.ANNOTATOR


def name_of(output: str, callback: Mapping[str, Any]) -> str:
    """The name of a callback in the table; empty for a clientside callback.

    ``output`` is its key in Dash's ``callback_map``.
    """
    function = callback.get("callback")
    if function is None:
        return ""
    name = f"{function.__module__.rpartition('.')[2]}.{function.__qualname__.rpartition('.')[2]}"
    return f"{name}({_dialog_of(output)})" if name == "dialogs.submit" else name


def _dialog_of(output: str) -> str:
    return str(json.loads(output.rpartition(".")[0])["dialog"])
