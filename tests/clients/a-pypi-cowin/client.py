"""PyPI `cowin` 0.0.5 (import name cowin_api): public reads.

Its addresses are class attributes of cowin_api.constants.Constants, which are pointed at our server.
Arguments: BASE_URL [STATE_ID DISTRICT_ID PINCODE]
"""
import sys

from cowin_api.constants import Constants

CDN = "https://cdn-api.co-vin.in"
base = sys.argv[1].rstrip("/")
state_id, district_id, pincode = sys.argv[2:5] if len(sys.argv) > 4 else ("21", "395", "400001")
for name, value in list(vars(Constants).items()):
    if isinstance(value, str) and value.startswith(CDN):
        setattr(Constants, name, value.replace(CDN, base))

from cowin_api import CoWinAPI  # noqa: E402  (after its addresses were changed)

client = CoWinAPI()
states = client.get_states()["states"]
assert any(str(state["state_id"]) == state_id for state in states), states
districts = client.get_districts(state_id)["districts"]
assert any(str(district["district_id"]) == district_id for district in districts), districts

by_district = client.get_availability_by_district(district_id)["centers"]
by_pincode = client.get_availability_by_pincode([pincode])["centers"]
adults = client.get_availability_by_pincode(pincode, min_age_limt=18)["centers"]  # the slip is the package's
assert by_district and by_pincode and adults, (by_district, by_pincode, adults)
assert all(session["min_age_limit"] == 18 for center in adults for session in center["sessions"])

print(
    f"PASS PyPI cowin: {len(states)} states, {len(districts)} districts, "
    f"{len(by_district)} centers by district, {len(by_pincode)} by pincode, {len(adults)} for 18+"
)
