"""A client of the marketplace in Python, with the standard library alone.

It transfers units and prints the receipt. Make a key first: npx species key create alice --alg hmac --json > alice.json
Usage: python3 client.py http://localhost:8080 alice.json bob 5
"""

import base64
import hashlib
import hmac
import json
import secrets
import sys
import time
import urllib.error
import urllib.request
import uuid


class Client:
    def __init__(self, base_url, owner, key_id, secret):
        self.base_url, self.owner, self.key_id, self.secret = base_url, owner, key_id, secret.encode()

    def call(self, method, path, body=None):
        """One request, signed by HTTP Message Signatures (RFC 9421). Returns status and document."""
        url = self.base_url + path
        data = None if body is None else json.dumps(body).encode()
        covered, lines, headers = ['"@method"', '"@target-uri"'], [f'"@method": {method}', f'"@target-uri": {url}'], {}
        if data is not None:
            digest = "sha-256=:" + base64.b64encode(hashlib.sha256(data).digest()).decode() + ":"
            headers = {"content-type": "application/json", "content-digest": digest}
            covered.append('"content-digest"')
            lines.append(f'"content-digest": {digest}')
        nonce = secrets.token_urlsafe(24)
        parameters = (
            f"({' '.join(covered)});created={int(time.time())};nonce=\"{nonce}\";"
            f'keyid="{self.key_id}";alg="hmac-sha256"'
        )
        base = "\n".join(lines + [f'"@signature-params": {parameters}'])
        mac = base64.b64encode(hmac.new(self.secret, base.encode(), hashlib.sha256).digest()).decode()
        headers |= {"signature-input": f"sig={parameters}", "signature": f"sig=:{mac}:"}
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read() or "null")
        except urllib.error.HTTPError as refusal:
            try:
                return refusal.code, json.loads(refusal.read())
            except ValueError:
                return refusal.code, {"code": "unexpected_answer", "retryable": refusal.code >= 500}
        except (urllib.error.URLError, OSError):
            return 0, {"code": "network_error", "retryable": True}

    def trade(self, event):
        """Sends an event until it is accepted or refused. The id stays the same, so it happens once."""
        event = {"eventId": str(uuid.uuid4()), "from": self.owner, **event}
        is_lost = False
        for attempt in range(8):
            status, answer = self.call("POST", "/marketplace/v1/events", event)
            if status == 202:
                return event["eventId"]
            # After a lost answer, only a refusal of the content says that nothing was done.
            is_final = status in (400, 413, 415, 422) or not (is_lost or answer.get("retryable"))
            is_lost = is_lost or status == 0 or status >= 500
            if is_final:
                raise SystemExit(f"refused: {answer['code']}: {answer.get('detail', '')}")
            time.sleep(0.2 * 2**attempt)
        raise SystemExit(f"unknown: send {event['eventId']} again later, under the same id")

    def receipt(self, event_id):
        """Waits for the end of an event. Returns its receipt."""
        while True:
            status, view = self.call("GET", f"/marketplace/v1/events/{event_id}")
            if status == 200 and "ended" in view:
                return self.call("GET", f"/marketplace/v1/receipts/{event_id}")[1]
            time.sleep(0.25)


if __name__ == "__main__":
    base_url, key_file, receiver, units = sys.argv[1:]
    with open(key_file, encoding="utf-8") as file:
        key = json.load(file)
    client = Client(base_url, "alice", key["keyId"], key["secret"])
    event_id = client.trade({"to": receiver, "amount": int(units)})
    print(json.dumps(client.receipt(event_id)))
