"""Every command by its words: where its function is, and the line that the lists of commands show.

`redact --help` and the help of a group read this table alone, so they start at once however much a command imports.
A test holds each line to the first line of its function's help.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command's function is, and what it does in one line."""

    place: str  # below redact.cli: "module:function"
    line: str


#: A group's first word, and what it is about.
GROUPS: Mapping[str, str] = {
    "workspace": "The workspace itself: that it was moved, where its copies lie, and its clock.",
    "devices": "The register of devices: photos are taken in, and cleared, only from an approved one.",
    "roll": "The roll: whose names are looked for in photos.",
    "consent": "The consent register: who may be shown, and for what.",
    "adults": "The register of adults: who permitted in writing to be shown, and for what.",
    "keys": "The private keys that open originals.",
    "hold": "Holds: what stops every deletion until a named person lifts it.",
    "policy": "The trust's policy: which version is in force.",
    "duties": "What staff owe: to have read the policy, and training.",
    "events": "Events: what the occasions are called that photos were taken on.",
    "messages": "E-mail to staff: what waits for them.",
    "people": "Who may sign in at the desk, and in which roles.",
    "take-downs": "Take-downs: what must go from where it was posted, and by when.",
    "incidents": "The register of incidents: what went wrong, who was told, what was done.",
    "sites": "The register of approved sites: where the trust posts.",
    "posts": "Posts: what is written, approved, put out, posted.",
    "audit": "The audit log of what was done: list it, check it, prove it to an auditor.",
    "models": "The model files: list them, check them, add an optional one.",
    "bench": "Measure parts of the program on this machine.",
}

#: In the order in which a newcomer needs them; a group stands where its first command does.
COMMANDS: Mapping[str, Command] = {
    "demo": Command(
        "trials.demo:run_demo",
        "Make a workspace with three devices, drop the samples there, and see them redacted, stored and deleted.",
    ),
    "photo": Command("pictures.photo:redact_photos", "Cover faces and names in photos and write clean copies."),
    "check": Command("pictures.check:check_photos", "Show what would be covered and why, without redacting anything."),
    "init": Command(
        "workspace:init_workspace",
        "Make a workspace: settings, database, folders and keys; or bring an existing one up to date.",
    ),
    "doctor": Command(
        "reports.doctor:run_doctor", "Say what is wrong with the workspace and this machine, and what to do about it."
    ),
    "workspace moved": Command(
        "workspace:accept_moved",
        "Say that the workspace lies here now, and that the machine which worked with it has stopped.",
    ),
    "workspace clock": Command("workspace:check_clock", "Say whether the clock is behind the audit log, or accept it."),
    "workspace move-storage": Command(
        "workspace:move_storage",
        "Move trust storage to another place: every copy is brought there and proved, then the settings name it.",
    ),
    "devices add": Command(
        "registers.devices:add", "Register a device, and mark its folders so that it can prove its presence."
    ),
    "devices list": Command("registers.devices:list_devices", "List every device, expired and retired ones too."),
    "devices show": Command(
        "registers.devices:show", "Show all that the register knows of one device, and whether it is there now."
    ),
    "devices renew": Command("registers.devices:renew_approval", "Approve a device again."),
    "devices mark": Command(
        "registers.devices:mark_again",
        "Mark a device again that lost its marker: a card formatted in the camera, a drop folder made again.",
    ),
    "devices retire": Command("registers.devices:retire_for_good", "Retire a device for good."),
    "devices check": Command(
        "registers.devices:check_device",
        "Look over a device once more for what was deleted from it, and write down what was seen; nothing is deleted.",
    ),
    "devices overdue": Command(
        "registers.devices:list_overdue_devices",
        "List the devices whose photos should have been deleted by now, longest waiting first.",
    ),
    "roll import": Command("registers.roll:import_roll", "Show what a roll would change, and with --yes change it."),
    "roll mappings": Command(
        "registers.mappings:list_roll_mappings",
        "List what headings of rolls were confirmed to mean; the next import reads them so.",
    ),
    "roll show": Command("registers.roll:show", "Show one pupil's names, year and class."),
    "roll find": Command("registers.roll:find", "Find a pupil by name, at a terminal."),
    "roll list": Command("registers.roll:list_roll", "List the pupils whose names are looked for in photos, by name."),
    "consent import": Command(
        "registers.consent_import:import_consents",
        "Show what an export of consents would change, and with --yes change it.",
    ),
    "consent mappings": Command(
        "registers.mappings:list_consent_mappings",
        "List what headings, types and words of consents were confirmed to mean; the next import reads them so.",
    ),
    "consent show": Command(
        "registers.consent:show",
        "Show all that the register says of a pupil, by name, with every answer there ever was.",
    ),
    "consent list": Command(
        "registers.consent:list_pupils", "List the pupils on the roll, by number, and whether each may be shown today."
    ),
    "consent set": Command(
        "registers.consent:set_answer", "Enter one answer by hand; an import does not undo a no that was entered so."
    ),
    "consent withdraw": Command(
        "registers.consent:withdraw",
        "Withdraw a consent: face templates are deleted at once, and the copies to take down are printed.",
    ),
    "consent never-show": Command(
        "registers.consent:never_show",
        "Never show this pupil, whatever anybody answers; the reason is kept nowhere, and nobody can override it.",
    ),
    "consent enrol": Command(
        "registers.enrol:enrol",
        "Learn a pupil's face from photos, so that it may be left uncovered; needs biometric and photo consent.",
    ),
    "consent enrol-class": Command(
        "registers.enrol:enrol_class",
        "Learn the faces of a class, or of staff, from an export of portraits, as far as consents allow.",
    ),
    "consent forget": Command(
        "registers.consent:forget", "Erase a pupil's names, class, face templates and the sources of answers."
    ),
    "adults add": Command(
        "registers.adults:add",
        "Write down an adult, who is given a number; nobody is shown without a permission in writing.",
    ),
    "adults list": Command(
        "registers.adults:list_adults", "List the adults by name, and whether each may be shown today."
    ),
    "adults show": Command("registers.adults:show", "Show all that the register says of an adult, by name."),
    "adults permit": Command(
        "registers.adults:permit",
        "Write what an adult permitted in writing, or took back: for a purpose, or for being recognised (biometric).",
    ),
    "adults enrol": Command(
        "registers.adults:enrol",
        "Learn an adult's face from photos, under the same rules as a pupil's: permission to be shown, and biometric.",
    ),
    "adults left": Command(
        "registers.adults:left",
        "Write down that an adult left: face templates are deleted, and the face is covered from now on.",
    ),
    "watch": Command(
        "daily.watch:run_watcher",
        "Watch the approved devices: take photos in, redact, store, clear the device, and write it all down.",
    ),
    "status": Command(
        "daily.status:show_status", "Show what came in, where it stands, what needs a person, and what is overdue."
    ),
    "show": Command("reports.show:show_one", "Show one photo's way through the workspace, or how one device stands."),
    "retry": Command(
        "daily.stopped:retry_photos",
        "Redact a photo again that stopped, was set aside, or whose copy was recalled.",
    ),
    "set-aside": Command(
        "daily.stopped:set_photo_aside",
        "Set a photo aside: a person has looked at it, and nothing of it is to be published.",
    ),
    "events list": Command(
        "daily.events:list_all_events",
        "List the events that photos came from: a drop folder each, and what it is called.",
    ),
    "events name": Command(
        "daily.events:name_one", "Say what an event is called; the roll is asked, so that no pupil's name gets in."
    ),
    "list": Command(
        "daily.reviewing:list_photos",
        "List photos: where each stands, when it came in, of which school, device and event, and its copy's file name.",
    ),
    "review": Command(
        "daily.reviewing:review_one", "Decide on a photo's copy that you have looked at, or keep only it of a burst."
    ),
    "cover": Command(
        "daily.reviewing:cover_more",
        "Cover more of a photo's copy, and answer for places that may be faces; the copy is drawn again and checked.",
    ),
    "lift": Command(
        "daily.reviewing:lift_cover",
        "Lift covers of a photo's copy; the copy is drawn again from the sealed original, and checked.",
    ),
    "recall": Command("daily.reviewing:recall_one", "Recall a photo's copy: it must not be used any more."),
    "desk": Command("daily.desk:run_desk", "Open the desk: people sign in with a browser, look at copies and decide."),
    "people add": Command(
        "registers.people:add", "Add somebody who may sign in at the desk, and print a one-time code for them."
    ),
    "people list": Command(
        "registers.people:list_everybody",
        "List who may sign in at the desk, with their roles; those whose access was ended too.",
    ),
    "people change": Command(
        "registers.people:change", "Give a person roles, or take them away; nobody changes their own."
    ),
    "people disable": Command(
        "registers.people:disable", "End a person's access for good; what is open in a browser ends at once."
    ),
    "people reset": Command(
        "registers.people:reset", "Print a new one-time code in the place of a forgotten password; it lifts a lock too."
    ),
    "policy adopt": Command(
        "registers.duties:adopt", "Put a version of the policy in force; everybody who signs in is asked to read it."
    ),
    "policy list": Command(
        "registers.duties:list_policies", "List the versions of the policy, the one in force first."
    ),
    "duties list": Command(
        "registers.duties:list_duties",
        "List who has read the policy in force and who is to be trained; ends with 3 where a day has passed.",
    ),
    "duties done": Command(
        "registers.duties:done",
        "Write down what somebody did: read and understood the policy (from paper), or was trained.",
    ),
    "duties training": Command(
        "registers.duties:training", "Write down by when somebody is to be trained; reminders follow."
    ),
    "messages test": Command(
        "daily.messages:send_one", "Send a test message to somebody at once, to try the settings of the mail server."
    ),
    "messages list": Command(
        "daily.messages:list_queue", "List the messages to staff, the newest first: sent, or why not."
    ),
    "sites add": Command(
        "posts.sites:add", "Write down a site; nothing is posted there before it is checked and approved."
    ),
    "posts list": Command(
        "posts.reading:list_posts",
        "List posts, newest first: where each stands, of which school, for which site, with how many photos.",
    ),
    "posts show": Command(
        "posts.reading:show", "Show one post as it stands: state, site, words, copies, until when its approval holds."
    ),
    "sites list": Command(
        "posts.sites:list_sites", "List every site, with how it stands; those that were retired too."
    ),
    "sites show": Command(
        "posts.sites:show", "Show all that the register knows of one site, with the checklist of safeguards."
    ),
    "sites check": Command(
        "posts.sites:check",
        "Write down which points of the checklist somebody saw to be so on the site today.",
    ),
    "sites approve": Command(
        "posts.sites:approve", "Approve a site, or approve it again; a headteacher or the CEO does."
    ),
    "sites retire": Command(
        "posts.sites:retire",
        "Take a site off the register for good; what waits to be posted there becomes a draft again.",
    ),
    "posts release": Command(
        "posts.releasing:release_post",
        "Release an approved post: its files go into the outbox, to be posted within the day; print where they are.",
    ),
    "posts discard": Command(
        "posts.discarding:discard", "Discard a draft that nobody wants: it leaves every list and stays on record."
    ),
    "posts posted": Command(
        "posts.releasing:mark_posted", "Say where a released post stands; its files leave the outbox."
    ),
    "take-downs list": Command(
        "posts.take_downs:list_open", "List what is to be taken down, the one that is due first before the others."
    ),
    "take-downs report": Command(
        "posts.take_downs:report",
        "Report a post: it is to be taken down within the day; print the number of its take-down.",
    ),
    "take-downs told": Command("posts.take_downs:told", "Write down that somebody was told of a take-down."),
    "take-downs down": Command(
        "posts.take_downs:down", "Say as the poster that a post stands nowhere any more; that closes its take-down."
    ),
    "incidents list": Command(
        "posts.incidents:list_incidents", "List what went wrong and is not closed yet, newest first."
    ),
    "incidents add": Command("posts.incidents:add", "Write down that something went wrong, and print its number."),
    "incidents change": Command(
        "posts.incidents:change",
        "Say what became of an incident: to whom it was reported, what was done, whether it is a breach.",
    ),
    "incidents close": Command(
        "posts.incidents:close",
        "Close an incident that was reported, and about which something was done; it stays on the register.",
    ),
    "original": Command("daily.keys:open_one", "Open the sealed original of a photo into a new file, on record."),
    "accept-lost": Command("daily.keys:accept_one", "Accept that a sealed original is lost for good, on record."),
    "keys try": Command(
        "daily.keys:try_one",
        "Try a private key: say whether it opens what is sealed here, and which one it is; no photo is opened.",
    ),
    "keys rotate": Command(
        "daily.keys:rotate",
        "Change the reviewer's or the recovery key, and with --key seal the originals again that the former one opens.",
    ),
    "keys reseal": Command(
        "daily.keys:reseal",
        "Seal the originals again that only a former key opens, each proved before its old sealed file leaves.",
    ),
    "clear": Command(
        "daily.clear:clear",
        "Delete from a device every photo that is proved to be stored, look again, and write it all down.",
    ),
    "attest": Command(
        "daily.clear:attest",
        "Write down a person's statement that a device's photos were deleted, where nobody can look.",
    ),
    "hold add": Command(
        "daily.holds:add",
        "Stop every deletion on a device, of a photo, or in the whole workspace, sealed originals included.",
    ),
    "hold lift": Command("daily.holds:lift", "Lift a hold; what it stopped may be deleted from then on."),
    "hold list": Command("daily.holds:list_every", "List the holds that are on."),
    "purge": Command(
        "daily.purge:purge", "Destroy the sealed originals whose retention is over; the redacted copies stay."
    ),
    "report": Command(
        "reports.term:report_term",
        "Make the report to trustees of a period: photos, covers, devices, posts, and everything that is open.",
    ),
    "access-request": Command(
        "reports.access:answer_access",
        "List the photos and posts that show one child; with --key, --out and --yes write them into a folder.",
    ),
    "audit log": Command("audit:list_log", "List entries of the audit log, oldest first."),
    "audit verify": Command(
        "audit:verify_log_or_file", "Check that nothing was edited, dropped, reordered or swapped, and name what was."
    ),
    "audit report": Command(
        "audit:report_deletions",
        "Make the deletion record of a device, a school or a period: a page to print (--out FILE.html), or JSON.",
    ),
    "audit prove": Command(
        "audit:prove_entries",
        "Write an excerpt: one entry, or those of a device, photo or period, each with its proof to a checkpoint.",
    ),
    "audit export": Command("audit:export_log", "Write the whole audit log with its checkpoints, for an auditor."),
    "audit checkpoint": Command(
        "audit:print_checkpoint",
        "Print the newest checkpoint of the audit log: keep it where nobody who runs this machine can change it.",
    ),
    "audit accept-loss": Command(
        "audit:accept_lost",
        "Accept that checkpoints went missing in a mirror, once you know why; verify and status then pass over it.",
    ),
    "audit accept-set-back": Command(
        "audit:accept_set_back",
        "Accept that a backup was put in place and what came after it is lost; until then nothing is written.",
    ),
    "audit key": Command("audit:print_key", "Print the public key of the audit log, to be handed to auditors."),
    "audit standalone": Command(
        "audit:write_standalone", "Write the stand-alone verifier: one Python file that checks the log by itself."
    ),
    "models list": Command("pictures.models:list_models", "List the model files and whether each is here and whole."),
    "models verify": Command("pictures.models:verify_models", "Check every model file against the manifest."),
    "models add": Command(
        "pictures.models:add_model", "Add an optional model file; it is stored only if its SHA-256 is in the manifest."
    ),
    "selftest": Command(
        "trials.selftest:run_selftest",
        "Build every awkward kind of picture file in memory, redact each, and say pass or fail.",
    ),
    "measure": Command(
        "trials.measure:measure_folder",
        "Redact labelled photos and print how many of the faces and names are hidden, and what else was.",
    ),
    "speed": Command(
        "trials.measure:measure_speed",
        "Redact the photos of a folder and print seconds per photo, by stage, and the memory of a worker.",
    ),
    "bench log": Command(
        "trials.bench:bench_log_speed", "Time an audit log: entries are added, and all checked twice."
    ),
    "bench pipeline": Command(
        "trials.bench:bench_pipeline", "Time tiny photos from a device to storage: all but redaction."
    ),
    "bench status": Command(
        "trials.bench:bench_status_speed", "Time `redact status` and `redact doctor` in a large workspace."
    ),
    "bench desk": Command(
        "trials.bench:bench_desk_pages", "Time the pages of the desk over HTTP in a large workspace."
    ),
    "bench identity": Command(
        "trials.attack:bench_identity",
        "Say how many enrolled people are recognised, and how many strangers are taken for one.",
    ),
    "bench attack": Command(
        "trials.attack:bench_attack",
        "Try to recognise covered faces and to read covered names, in every style; without folders, on the samples.",
    ),
}
