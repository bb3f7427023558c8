// npm `cowin` 1.0.4: public reads. Its addresses are literals, so an axios interceptor points them at our server.
// Arguments: [STATE_ID DISTRICT_ID PINCODE]; environment: COWIN_BASE_URL.
const assert = require('node:assert');
const axios = require('axios');

const base = process.env.COWIN_BASE_URL.replace(/\/$/, '');
axios.interceptors.request.use((request) => {
  request.url = request.url.replace('https://cdn-api.co-vin.in', base);
  return request;
});
const cowin = require('cowin');

const [stateId = '21', districtId = '395', pincode = '400001'] = process.argv.slice(2);

/** Tomorrow in India, as DD-MM-YYYY. */
function tomorrow() {
  const india = new Date(Date.now() + 5.5 * 3600e3 + 24 * 3600e3);
  const [year, month, day] = india.toISOString().slice(0, 10).split('-');
  return `${day}-${month}-${year}`;
}

function filled(call, answer) {
  assert(answer.status && answer.result.length > 0, `${call}: ${JSON.stringify(answer)}`);
  return answer.result.length;
}

async function main() {
  const date = tomorrow();
  const counts = {
    states: filled('getStates', await cowin.getStates()),
    districts: filled('getListofDistricts', await cowin.getListofDistricts(stateId)),
    sessionsByPin: filled('findByPin', await cowin.findByPin(pincode, date)),
    sessionsByDistrict: filled('findByDistrict', await cowin.findByDistrict(districtId, date)),
    centersByPin: filled('calendarByPin', await cowin.calendarByPin(pincode, date)),
    centersByDistrict: filled('calendarByDistrict', await cowin.calendarByDistrict(districtId, date)),
  };
  const bad = await cowin.findByPin('12', date);
  assert(bad.status === false, 'a bad pincode must not be answered with sessions');
  console.log('PASS npm cowin:', JSON.stringify(counts));
}

main().catch((error) => {
  console.error('FAIL npm cowin:', error.message);
  process.exit(1);
});
