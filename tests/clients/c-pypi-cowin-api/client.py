"""PyPI `cowin-api` 1.0.1: the client generated from CoWIN's own "Co-WIN Protected APIs" document 2.1.0, typed answers.

OTP of a partner, metadata, registration, search, booking, rescheduling, cancelling, deleting; a new mobile each run.
Argument: BASE_URL; environment: API_KEY, OTP_URL (with {mobile} in it), optionally STATE_ID and DISTRICT_ID.
"""
import asyncio
import datetime
import hashlib
import importlib.util
import os
import random
import re
import sys
import time
import urllib.request

asyncio.set_event_loop(asyncio.new_event_loop())


def load_models():
    """Two slips of the package's generator: its models lack the IO that the certificate call names, and nothing resolves
    their forward references. They are loaded before the package itself would load them."""
    [package] = importlib.util.find_spec("cowin_api").submodule_search_locations
    spec = importlib.util.spec_from_file_location("cowin_api.models", os.path.join(package, "models.py"))
    module = importlib.util.module_from_spec(spec)
    module.IO = bytes
    sys.modules["cowin_api.models"] = module
    spec.loader.exec_module(module)
    for model in vars(module).values():
        ours = isinstance(model, type) and model.__module__ == "cowin_api.models"
        if ours and hasattr(model, "update_forward_refs"):
            model.update_forward_refs(**vars(module))
    return module


models = load_models()
from cowin_api.api_client import ApiClient, SyncApis  # noqa: E402
from cowin_api.exceptions import UnexpectedResponse  # noqa: E402

base = sys.argv[1].rstrip("/")
state_id = os.environ.get("STATE_ID", "21")
district_id = os.environ.get("DISTRICT_ID", "395")
mobile = f"9{random.randint(0, 999_999_999):09d}"
headers = {"x-api-key": os.environ["API_KEY"]}


async def with_headers(request, call_next):
    request.headers.update(headers)
    return await call_next(request)


client = ApiClient(host=base + "/api")
client.add_middleware(with_headers)
apis = SyncApis(client)


def otp():
    """The newest number of exactly six digits among the messages to our mobile."""
    address = os.environ["OTP_URL"].replace("{mobile}", mobile)
    for _ in range(60):
        try:
            text = urllib.request.urlopen(address, timeout=5).read().decode().replace(mobile, "")
            found = re.findall(r"(?<!\d)\d{6}(?!\d)", text)
            if found:
                return found[-1]
        except OSError:
            pass
        time.sleep(0.3)
    sys.exit(f"FAIL PyPI cowin-api: no OTP from {address}")


def answered_204(call, *arguments):
    """The generated client knows only 200 and 201, and raises on the 204 without a body that the API gives here."""
    try:
        call(*arguments)
    except UnexpectedResponse as answer:
        assert answer.status_code == 204, answer
    else:
        raise AssertionError(f"{call.__name__} was not answered 204")


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


# A wrong OTP is refused and does not use up the transaction; the right one then opens it.
login = apis.authentication_ap_is_api
txn = login.generate_otp(models.InlineObject2(mobile=mobile)).txn_id
try:
    login.confirm_otp(models.InlineObject3(otp=sha256("x"), txnId=txn))
except UnexpectedResponse as answer:
    assert answer.status_code == 400, answer
    assert answer.structured() == {"errorCode": "USRAUT0014", "error": "Invalid OTP"}, answer
else:
    sys.exit("FAIL PyPI cowin-api: a wrong OTP was accepted")
session = login.confirm_otp(models.InlineObject3(otp=sha256(otp()), txnId=txn))
assert session.token and session.is_new_account == "Y", session
headers["Authorization"] = "Bearer " + session.token

metadata = apis.metadata_ap_is_api
id_types = metadata.id_types().types
genders = {gender.gender for gender in metadata.genders().genders}
assert id_types[0].id == 1 and genders >= {"Male", "Female"}, (id_types, genders)
assert any(state.state_id == int(state_id) for state in metadata.states(accept_language="hi_IN").states)
assert any(district.district_id == int(district_id) for district in metadata.districts(state_id).districts)

registration = apis.beneficiary_registration_ap_is_api
person = models.InlineObject4(
    name="Shared Example",
    birth_year="1990",
    gender_id=1,
    photo_id_type=1,
    photo_id_number=str(random.randint(10**11, 10**12 - 1)),
    comorbidity_ind="N",
    consent_version="1",
)
reference = registration.beneficiary_registration_for_partner_applications(person).beneficiary_reference_id
assert re.fullmatch(r"\d{13,14}", reference), reference

appointments = apis.vaccination_appointment_ap_is_api
india = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
day = (datetime.datetime.now(india) + datetime.timedelta(days=1)).strftime("%d-%m-%Y")
found = appointments.find_by_district(district_id, day, vaccine="COVISHIELD")["sessions"]
# Reality sends pincodes as numbers where the document says text.
sessions = [models.SessionResponseSchema(**{**one, "pincode": str(one["pincode"])}) for one in found]
assert sessions and all(one.vaccine == "COVISHIELD" for one in sessions), sessions
assert appointments.calendar_by_district(district_id, day)["centers"][0]["sessions"]
chosen = next(one for one in sessions if one.available_capacity > 1 and one.min_age_limit <= 18)

booking = models.InlineObject6(
    dose=1, session_id=chosen.session_id, slot=chosen.slots[0], beneficiaries=[reference]
)
number = appointments.schedule(booking)["appointment_confirmation_no"]
ours = next(
    one
    for one in appointments.beneficiaries()["beneficiaries"]
    if str(one["beneficiary_reference_id"]) == reference
)
[appointment] = ours["appointments"]
assert appointment["appointment_id"] == number, ours
assert (appointment["slot"], appointment["dose"]) == (chosen.slots[0], 1), ours
assert ours["vaccination_status"] == "Not Vaccinated", ours

moved = models.InlineObject7(appointment_id=number, session_id=chosen.session_id, slot=chosen.slots[-1])
answered_204(appointments.reschedule_appointment, moved)
[ours] = appointments.beneficiaries()["beneficiaries"]
assert ours["appointments"][0]["slot"] == chosen.slots[-1], ours

cancelled = models.InlineObject8(appointment_id=number, beneficiariesToCancel=[reference])
answered_204(appointments.cancel_appointment, cancelled)
[ours] = appointments.beneficiaries()["beneficiaries"]
assert ours["appointments"] == [], ours

deleted = models.InlineObject5(beneficiary_reference_id=reference)
answered_204(registration.delete_beneficiary, deleted)
print("PASS PyPI cowin-api: OTP, metadata, registration, booking, rescheduling, cancelling, deleting")
