"""Identity checks by API: sessions, submissions, sharing and endorsements (due.md §3)."""

from __future__ import annotations

import attrs

from sandbox.due.auth import Call
from sandbox.due.components import Components
from sandbox.due.routes.table import Route
from sandbox.due.submission import Submission

ONE = "/v1/kyc/submissions/{id}"


@attrs.frozen
class Checks:
    _components: Components

    def routes(self) -> list[Route]:
        return [
            Route("POST", "/v1/kyc/session", self._session),
            Route("POST", "/v1/kyc/sessions", self._session_token),
            Route("GET", "/v1/kyc/submissions", self._list),
            Route("POST", "/v1/kyc/submissions/documents/{token}", self._upload),
            Route("GET", ONE, self._get),
            Route("POST", f"{ONE}/info", self._info),
            Route("POST", f"{ONE}/documents", self._announce),
            Route("POST", f"{ONE}/questionnaires", self._answer),
            Route("POST", f"{ONE}/complete", self._complete),
            Route("POST", "/v1/kyc/sharing/sumsub", self._share),
            Route("GET", "/v1/kyc/endorsements/{code}", self._endorsement),
            Route("POST", "/v1/kyc/endorsements/{code}", self._endorse),
        ]

    def _session(self, call: Call) -> object:
        account = call.owner
        return {"link": account.kyc_link, "accessToken": account.applicant_id}

    def _session_token(self, call: Call) -> object:
        wanted = call.body.text("submissionId")
        return {"token": self._components.submissions.get(call.owner, wanted).id}

    def _list(self, call: Call) -> object:
        return [submission.view() for submission in self._components.submissions.of(call.owner)]

    def _get(self, call: Call) -> object:
        return self._submission(call).view()

    def _info(self, call: Call) -> object:
        submission = self._submission(call)
        submission.require_open()
        submission.info |= call.body.values
        return submission.view()

    def _answer(self, call: Call) -> object:
        submission = self._submission(call)
        submission.require_open()
        submission.answers |= call.body.values
        return submission.view()

    def _announce(self, call: Call) -> object:
        return {"token": self._components.submissions.announce(self._submission(call), call.body)}

    def _upload(self, call: Call) -> object:
        return self._components.submissions.upload(call.path["token"], call.raw).view()

    def _complete(self, call: Call) -> object:
        submission = self._submission(call)
        self._components.submissions.complete(call.owner, submission)
        return submission.view()

    def _share(self, call: Call) -> object:
        return self._components.submissions.share(call.owner, call.body)

    def _endorsement(self, call: Call) -> object:
        return self._components.endorsements.view(call.owner, call.path["code"])

    def _endorse(self, call: Call) -> object:
        return self._components.endorsements.request(call.owner, call.path["code"])

    def _submission(self, call: Call) -> Submission:
        return self._components.submissions.get(call.owner, call.path["id"])
