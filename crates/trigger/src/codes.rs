//! The codes of everything that can be wrong with a trigger or with what it is given; each has a page in `docs/errors/`.

/// An input that the trigger does not have.
pub(crate) const UNKNOWN_INPUT: &str = "T001";
/// An input of the wrong kind or outside its range.
pub(crate) const WRONG_INPUT: &str = "T002";
/// An input is missing, or two stand where one may.
pub(crate) const MISSING_INPUT: &str = "T003";
/// An input that this version does not have yet.
pub(crate) const NOT_AVAILABLE: &str = "T004";
/// A secret stands in the file.
pub(crate) const SECRET_IN_FILE: &str = "T005";
/// A signature check that could never be sound.
pub(crate) const UNSOUND_VERIFY: &str = "T006";
/// A cron expression that cannot be read.
pub(crate) const BAD_CRON: &str = "T007";
/// A time zone that nobody knows.
pub(crate) const UNKNOWN_ZONE: &str = "T008";
/// A schedule without any date.
pub(crate) const NEVER_HAPPENS: &str = "T009";
/// A method that the webhook does not take.
pub(crate) const METHOD: &str = "T010";
/// A body that is not what its content type says.
pub(crate) const BROKEN_BODY: &str = "T011";
/// A content type that the webhook does not take.
pub(crate) const UNSUPPORTED_BODY: &str = "T012";
/// No signature where one must be.
pub(crate) const SIGNATURE_MISSING: &str = "T013";
/// A signature that does not match.
pub(crate) const SIGNATURE_WRONG: &str = "T014";
/// A signed time too far from ours.
pub(crate) const SIGNATURE_OLD: &str = "T015";
/// A secret that is not set, empty or not in its form.
pub(crate) const SECRET_UNUSABLE: &str = "T016";
/// An occurrence that this trigger does not take.
pub(crate) const WRONG_OCCURRENCE: &str = "T017";
/// Two triggers of one name.
pub(crate) const DOUBLED_SOURCE: &str = "T018";
/// A form with too many fields.
pub(crate) const TOO_MANY_FIELDS: &str = "T019";
/// A JSON body with too many values.
pub(crate) const TOO_MANY_VALUES: &str = "T020";

/// Every code of this crate, sorted.
pub const CODES: &[&str] = &[
    UNKNOWN_INPUT,
    WRONG_INPUT,
    MISSING_INPUT,
    NOT_AVAILABLE,
    SECRET_IN_FILE,
    UNSOUND_VERIFY,
    BAD_CRON,
    UNKNOWN_ZONE,
    NEVER_HAPPENS,
    METHOD,
    BROKEN_BODY,
    UNSUPPORTED_BODY,
    SIGNATURE_MISSING,
    SIGNATURE_WRONG,
    SIGNATURE_OLD,
    SECRET_UNUSABLE,
    WRONG_OCCURRENCE,
    DOUBLED_SOURCE,
    TOO_MANY_FIELDS,
    TOO_MANY_VALUES,
];
