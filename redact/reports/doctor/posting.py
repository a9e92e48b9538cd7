"""Check what must be written down before anything is posted."""

from __future__ import annotations

from collections.abc import Iterator

from redact.posts.sites.details import why_incomplete
from redact.reports.doctor.values import Finding, Patient, ok, warn
from redact.store.posts.sites import SiteState, list_sites


def check_company_details(patient: Patient) -> Iterator[Finding]:
    """Check that the details are there that the policy wants on each account, where the trust has an account."""
    if patient.settings is None or patient.database is None:
        return
    with patient.database.read() as connection:
        has_site = any(site.state is not SiteState.RETIRED for site in list_sites(connection))
    if not has_site:
        return
    why = why_incomplete(patient.settings)
    if why:
        yield warn("company details", why, "Then start the desk again, and have the posts that wait approved again.")
    else:
        yield ok("company details", "What must stand on the accounts goes out with every post.")
