//! The codes of refusals: CoWIN's own with CoWIN's sentences, and ours, which begin with `PRAMAAN`.
//!
//! A flat list; docs/compatibility.md repeats it. Sentences that no client or issue ever showed are ours under
//! CoWIN's code, and are marked so.

use http::StatusCode;

/// A refusal's wire code, default sentence and HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    pub code: &'static str,
    pub sentence: &'static str,
    pub status: StatusCode,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:ident $code:literal $sentence:literal;)*) => {
        $($(#[$doc])* pub const $name: Code =
            Code { code: $code, sentence: $sentence, status: StatusCode::$status };)*
        /// Every code, for documentation and tests.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    MOBILE_REQUIRED = BAD_REQUEST "USRAUT0010" "Mobile is Required";
    OTP_REQUIRED = BAD_REQUEST "USRAUT0012" "OTP is Required";
    TXN_REQUIRED = BAD_REQUEST "USRAUT0013" "txnId is Required";
    INVALID_OTP = BAD_REQUEST "USRAUT0014" "Invalid OTP";
    ACCOUNT_UNKNOWN = BAD_REQUEST "USRAUT0015" "Your account does not exist";
    /// Sentence ours.
    OTP_NOT_SENT = SERVICE_UNAVAILABLE "USRAUT0018" "The OTP could not be sent. Please try again.";
    /// Sentence ours.
    OTP_NOT_CHECKED = SERVICE_UNAVAILABLE "USRAUT0019" "The OTP could not be checked. Please try again.";
    BENEFICIARY_NOT_REGISTERED = BAD_REQUEST "USRAUT0024" "Beneficiary Not Registered";
    PARAMETER_MISSING = BAD_REQUEST "USRRES0001" "Input parameter missing";
    SOMETHING_WENT_WRONG = INTERNAL_SERVER_ERROR "GERR001" "Something Went wrong!";

    /// Sentence ours.
    BENEFICIARY_UNKNOWN = NOT_FOUND "APPOIN0001" "No such beneficiary is registered under this mobile number.";
    CENTRE_UNKNOWN = BAD_REQUEST "APPOIN0006" "Could not find any center for provided centerid";
    INVALID_SLOT = BAD_REQUEST "APPOIN0015" "Invalid Slot Id";
    INVALID_PINCODE = BAD_REQUEST "APPOIN0018" "Invalid Pincode";
    /// Sentence ours.
    ALREADY_BOOKED = CONFLICT "APPOIN0022" "A beneficiary already has an appointment for this dose.";
    COMPLETELY_BOOKED = CONFLICT "APPOIN0040" "This vaccination center is completely booked for the selected date. Please try another date or vaccination center.";
    /// Never answered: what is typed under the picture is not checked.
    INVALID_CAPTCHA = BAD_REQUEST "APPOIN0044" "Please enter valid security code";
    NAME_REQUIRED = BAD_REQUEST "APPOIN0047" "Name of individual is required!";
    /// Sentence ours; CoWIN answered 500.
    CERTIFICATE_NOT_FOUND = NOT_FOUND "CERTIFICATE00002" "There is no certificate for this beneficiary yet.";

    MALFORMED_JSON = BAD_REQUEST "PRAMAAN0001" "The request body must be a JSON object in UTF-8.";
    MALFORMED_VALUE = BAD_REQUEST "PRAMAAN0002" "A value of the request has the wrong type.";
    MALFORMED_ENCODING = BAD_REQUEST "PRAMAAN0003" "The query is not valid percent-encoded UTF-8.";
    MALFORMED_DATE = BAD_REQUEST "PRAMAAN0004" "Invalid date. Write it as DD-MM-YYYY.";
    MALFORMED_MOBILE = BAD_REQUEST "PRAMAAN0005" "Invalid mobile number. Write the ten digits without country code.";
    PAYLOAD_TOO_LARGE = PAYLOAD_TOO_LARGE "PRAMAAN0006" "The request body is larger than 64 KiB.";
    OVER_BUDGET = TOO_MANY_REQUESTS "PRAMAAN0007" "Too many requests. Please wait a little and try again.";
    BUSY = SERVICE_UNAVAILABLE "PRAMAAN0008" "The service is busy. Please try again in a few seconds.";
    PATH_UNKNOWN = NOT_FOUND "PRAMAAN0009" "There is nothing at this address.";
    MALFORMED_NAME = BAD_REQUEST "PRAMAAN0010" "The name is missing or not acceptable.";
    MALFORMED_BIRTH = BAD_REQUEST "PRAMAAN0011" "The year of birth is missing or not acceptable.";

    MALFORMED_GENDER = BAD_REQUEST "PRAMAAN0012" "Unknown gender. See /api/v2/registration/beneficiary/genders.";
    MALFORMED_DOCUMENT = BAD_REQUEST "PRAMAAN0013" "The photo ID must have 4 to 20 letters, digits, hyphens or slashes.";
    DOCUMENT_TYPE_UNKNOWN = BAD_REQUEST "PRAMAAN0014" "Unknown photo ID type. See /api/v2/registration/beneficiary/idTypes.";
    CONSENT_REQUIRED = BAD_REQUEST "PRAMAAN0015" "The notice must be accepted: send its consent_version.";
    BENEFICIARIES_REQUIRED = BAD_REQUEST "PRAMAAN0016" "Beneficiaries array required, with length 1-6";
    HOUSEHOLD_FULL = CONFLICT "PRAMAAN0017" "Six people are registered under this mobile number already.";
    BENEFICIARY_HAS_RECORD = CONFLICT "PRAMAAN0018" "A person with an appointment or a dose cannot be deleted.";
    NOT_ELIGIBLE = CONFLICT "PRAMAAN0020" "The rules do not allow this dose.";
    UNDER_AGE = CONFLICT "PRAMAAN0021" "A beneficiary is outside the age group of this session.";

    BENEFICIARIES_DIFFER = CONFLICT "PRAMAAN0022" "The beneficiaries of one appointment need the same dose and vaccine.";
    TOO_EARLY = BAD_REQUEST "PRAMAAN0023" "It is too early for this dose on the date of the session.";
    DIFFERENT_VACCINE = CONFLICT "PRAMAAN0024" "This session gives a different vaccine than the earlier dose.";
    SESSION_CANCELLED = CONFLICT "PRAMAAN0025" "This session has been cancelled. Please choose another one.";
    SLOT_ENDED = CONFLICT "PRAMAAN0026" "This slot has ended. Please choose a later one.";
    APPOINTMENT_UNKNOWN = NOT_FOUND "PRAMAAN0027" "No such appointment is held under this mobile number.";
    APPOINTMENT_FIXED = CONFLICT "PRAMAAN0028" "This appointment can no longer be changed or cancelled.";
    IDEMPOTENCY_MISMATCH = CONFLICT "PRAMAAN0029" "This Idempotency-Key was used with another request.";
    EVIDENCE_REFUSED = CONFLICT "PRAMAAN0030" "The evidence does not open this record.";
    OFF_ROSTER = CONFLICT "PRAMAAN0031" "You are not on the roster of this session.";
    OTHER_DOSE_DUE = CONFLICT "PRAMAAN0032" "Another dose is due for a beneficiary.";

    ALREADY_RECORDED = CONFLICT "PRAMAAN0033" "A dose was recorded for this appointment already.";
    REASON_NEEDED = CONFLICT "PRAMAAN0034" "No rule allows this dose. Record it with a reason.";
    DOCUMENT_AT_SITE = CONFLICT "PRAMAAN0035" "The document must be seen before a dose: two people registered it.";
    STAFF_LOGIN_WRONG = BAD_REQUEST "PRAMAAN0036" "The staff code, password or one-time code is wrong.";
    RECORDED_SAME_DAY = BAD_REQUEST "PRAMAAN0038" "A dose is recorded on the day on which it is given.";
    DISK_FULL = SERVICE_UNAVAILABLE "PRAMAAN0040" "Nothing can be stored at the moment, and nothing was changed. Please try again in some minutes.";
    DATABASE_DOWN = SERVICE_UNAVAILABLE "PRAMAAN0041" "The records cannot be reached at the moment. Please try again in some minutes.";
    PROXY_UNANNOUNCED = SERVICE_UNAVAILABLE "PRAMAAN0042" "This server was not told of the proxy before it. Its operator has to start it with --trusted-proxy or --direct.";
    CLOCK_OFF = SERVICE_UNAVAILABLE "PRAMAAN0045" "This server's clock is wrong, so no record is shown. Please try again later.";
    RECORD_OPEN = CONFLICT "PRAMAAN0050" "A health worker has this record open. Please try again in half an hour.";
    LOGINS_BUSY = SERVICE_UNAVAILABLE "PRAMAAN0055" "Too many people are logging in at this moment. Please try again in a few seconds.";
    INVITATIONS_SPENT = TOO_MANY_REQUESTS "PRAMAAN0056" "Too many invitations today, or too many that nobody has used yet.";
    RECORD_MISPLACED = INTERNAL_SERVER_ERROR "PRAMAAN0057" "A record is not where it belongs, so it was not opened. The operator has been alerted; please try again later.";
    OWN_DOCUMENT = CONFLICT "PRAMAAN0063" "Somebody is registered with this photo ID under this mobile number already.";
    PROOF_WRONG = CONFLICT "PRAMAAN0085" "This does not bring anybody back to this number. A site does, with the document.";
    PIN_REFUSED = CONFLICT "PRAMAAN0088" "The PIN or code of a private record is wrong. Nothing was opened or changed.";
    PIN_SPENT = TOO_MANY_REQUESTS "PRAMAAN0089" "The PIN or code of a private record was wrong five times today. Please try again tomorrow.";
    NOT_OF_AGE = CONFLICT "PRAMAAN0095" "Only who is 18 beyond doubt can keep their record private.";
    APPOINTMENT_SHARED = CONFLICT "PRAMAAN0096" "This appointment also covers somebody who keeps their record private. Cancel the others' places and book again.";
    CAME_OF_AGE = CONFLICT "PRAMAAN0097" "This person was registered by a guardian and is 18 now: only they change or delete their record.";
    DOSE_CHANGED = CONFLICT "PRAMAAN0090" "The dose was corrected or voided meanwhile. Please look at the record again.";
    OWN_PROPOSAL = CONFLICT "PRAMAAN0091" "Nobody decides on what they proposed themselves.";
    OTHER_CENTRE = CONFLICT "PRAMAAN0092" "The dose was given at another centre. It is corrected there.";
    PROPOSAL_UNKNOWN = NOT_FOUND "PRAMAAN0093" "No proposal of this number waits here.";
    NOT_THERE = CONFLICT "PRAMAAN0094" "Who proposes to change a dose was at work here when it was given, or manages the centre.";
    MERGE_EVIDENCE = CONFLICT "PRAMAAN0110" "Records are joined or separated only when both were opened on evidence.";
    MERGED_ALREADY = CONFLICT "PRAMAAN0111" "These records are one already.";
    NOT_MERGED = CONFLICT "PRAMAAN0112" "These records are not joined.";
    MERGE_TOO_MANY = CONFLICT "PRAMAAN0113" "At most six records can be joined.";
    MERGE_APPOINTMENTS = CONFLICT "PRAMAAN0114" "Both records have an appointment for the same dose. Cancel one of them first.";
    LOG_UNWRITABLE = SERVICE_UNAVAILABLE "PRAMAAN0065" "The access log cannot be written at the moment, so no record was opened. Please try again in some minutes.";
    LOG_UNWITNESSED = SERVICE_UNAVAILABLE "PRAMAAN0066" "The witnesses of the access log have not signed it for too long, so no record is opened. Please try again later.";
    /// Of pages only.
    STOCK_SHORT = CONFLICT "PRAMAAN0070" "There are fewer doses in stock than that. Nothing was changed.";
    /// Of pages only.
    BATCH_UNKNOWN = NOT_FOUND "PRAMAAN0071" "This centre has no such batch.";
    /// Of pages only.
    VISIT_MOVED = CONFLICT "PRAMAAN0100" "Somebody went on with this visit since it was shown. Look at the list again.";
    /// Of pages only.
    STILL_HERE = CONFLICT "PRAMAAN0101" "People are still at the site. See to them, or say why they are carried over.";
    /// Of pages only.
    DAY_MOVED = CONFLICT "PRAMAAN0102" "The day is closed already, or open already.";
    /// Of pages only.
    NOTHING_LEFT = CONFLICT "PRAMAAN0103" "No open vial has a dose that nobody is there or expected for.";
    AEFI_UNKNOWN = NOT_FOUND "PRAMAAN0106" "No adverse event of this number is followed up here.";
    AEFI_MOVED = CONFLICT "PRAMAAN0107" "Somebody went on with this case since it was shown, or this step does not follow. Look at it again.";
    AEFI_REPORTED = CONFLICT "PRAMAAN0108" "There is a report of this dose. Say whether this is the same event or another.";
    AEFI_FORM = BAD_REQUEST "PRAMAAN0109" "The case form has mistakes.";
    /// Of pages only.
    MATTER_UNKNOWN = NOT_FOUND "PRAMAAN0115" "No such question or opening is looked at here.";
    /// Of pages only.
    MATTER_MOVED = CONFLICT "PRAMAAN0116" "Somebody went on with this meanwhile, or this does not follow. Look at it again.";
    /// Of pages only.
    PLAN_MOVED = CONFLICT "PRAMAAN0117" "What would be published is not what was shown any more. Nothing was published.";
    /// Of pages only.
    OFFLINE_COUNT = BAD_REQUEST "PRAMAAN0118" "Tell how many doses this phone keeps, as a number of at most 10000.";
    MOBILE_NOT_HERE = CONFLICT "PRAMAAN0080" "This mobile number cannot be used at a desk. Register without it: the person gets a printed card.";
    CARD_WRONG = CONFLICT "PRAMAAN0081" "The reference id and the code on the card do not belong together, or the card has ended.";
    CARD_SPENT = CONFLICT "PRAMAAN0082" "The code of this card was wrong five times today. Use the document.";
    HAS_DOCUMENT = CONFLICT "PRAMAAN0083" "A document is registered for this person already.";

    OFFLINE_LOGIN = UNAUTHORIZED "PRAMAAN0120" "Log in again. What this phone keeps stays on it.";
    OFFLINE_BATCH = BAD_REQUEST "PRAMAAN0121" "Send the phone's clock and a list of one to eight entries, each with its name and what was sealed.";
    OFFLINE_UNREADABLE = BAD_REQUEST "PRAMAAN0122" "This entry was not sealed for this server, or it was changed.";
    OFFLINE_OTHERS = FORBIDDEN "PRAMAAN0123" "This entry was typed under another login or at another centre, which alone can send it.";
    OFFLINE_REFUSED = UNPROCESSABLE_ENTITY "PRAMAAN0124" "This entry has to be corrected before it can be kept.";
}
