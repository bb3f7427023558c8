//! The public dashboard: section 9. Counts only, never a person.

use serde::{Deserialize, Serialize};

use crate::text::{Number, Text};

/// Query of `getPublicReports`: each may be absent or empty; `date` is `YYYY-MM-DD`.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ReportOf {
    pub state_id: Option<Number>,
    pub district_id: Option<Number>,
    pub date: Option<Text>,
}

/// `getLiveVaccination`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LiveVaccination {
    pub count: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PublicReport {
    #[serde(rename = "topBlock")]
    pub top_block: TopBlock,
    #[serde(rename = "vaccinationDoneByTime")]
    pub vaccination_by_time: Vec<DosesAtTime>,
    #[serde(rename = "last7DaysRegistration")]
    pub last_7_days_registration: Vec<RegistrationDay>,
    #[serde(rename = "last30DaysAefi")]
    pub last_30_days_aefi: Vec<AefiDay>,
    #[serde(rename = "last5daySessionStatus")]
    pub last_5_day_session_status: Vec<SessionDay>,
    #[serde(rename = "getBeneficiariesGroupBy")]
    pub by_area: Vec<AreaRow>,
    #[serde(rename = "aefiPercentage")]
    pub aefi_percentage: f64,
    #[serde(rename = "vaccinationByAge")]
    pub by_age: ByAge,
    #[serde(rename = "timeWiseTodayRegReport")]
    pub registration_by_time: Vec<RegistrationAtTime>,
    #[serde(rename = "vaccinationDoneByTimeAgeWise")]
    pub by_time_and_age: Vec<AgesAtTime>,
    /// `YYYY-MM-DDTHH:MM:SS.mmmZ`.
    pub timestamp: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TopBlock {
    pub sites: Sites,
    pub sessions: Sites,
    pub registration: Registration,
    pub vaccination: Vaccination,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sites {
    pub total: u64,
    pub govt: u64,
    pub pvt: u64,
    /// Always null on CoWIN.
    pub today: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Registration {
    pub total: u64,
    pub cit_18_45: u64,
    pub cit_45_above: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cit_15_17: Option<u64>,
    pub today: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Vaccination {
    pub total: u64,
    pub male: u64,
    pub female: u64,
    pub others: u64,
    pub covishield: u64,
    pub covaxin: u64,
    pub sputnik: u64,
    pub today: u64,
    pub tot_dose_1: u64,
    pub tot_dose_2: u64,
    /// Precaution doses, since 2022.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tot_pd: Option<u64>,
    pub total_doses: u64,
    pub aefi: u64,
    pub today_dose_one: u64,
    pub today_dose_two: u64,
    pub today_male: u64,
    pub today_female: u64,
    pub today_others: u64,
    pub today_aefi: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DosesAtTime {
    pub ts: String,
    pub timestamps: String,
    pub label: String,
    pub count: u64,
    pub dose_one: u64,
    pub dose_two: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dose_pd: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RegistrationDay {
    pub reg_date: String,
    pub total: u64,
    pub male: u64,
    pub female: u64,
    pub others: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AefiDay {
    pub vaccine_date: String,
    pub aefi: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SessionDay {
    pub session_date: String,
    pub total: u64,
    pub planned: u64,
    pub ongoing: u64,
    pub completed: u64,
}

/// A state; a district when `district_id` is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AreaRow {
    pub state_id: i16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district_id: Option<i16>,
    /// At a district's vaccination sites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_site_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_site_name: Option<String>,
    pub id: String,
    pub title: String,
    pub state_name: String,
    pub total: u64,
    pub partial_vaccinated: u64,
    pub totally_vaccinated: u64,
    pub today: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ByAge {
    pub total: u64,
    pub vac_18_45: u64,
    pub vac_45_60: u64,
    pub above_60: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vac_15_17: Option<u64>,
}

/// All strings, as CoWIN sent them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RegistrationAtTime {
    pub ts: String,
    pub timestamps: String,
    pub label: String,
    pub total: String,
    pub age18: String,
    pub age45: String,
    pub age60: String,
    pub male: String,
    pub female: String,
    pub others: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AgesAtTime {
    pub ts: String,
    pub timestamps: String,
    pub label: String,
    pub total: u64,
    pub vac_18_45: u64,
    pub vac_45_60: u64,
    pub vac_60_above: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vac_15_17: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::super::assert_wire;
    use super::*;

    fn report() -> PublicReport {
        PublicReport {
            vaccination_by_time: vec![DosesAtTime::default()],
            last_7_days_registration: vec![RegistrationDay::default()],
            last_30_days_aefi: vec![AefiDay::default()],
            last_5_day_session_status: vec![SessionDay::default()],
            by_area: vec![AreaRow {
                district_id: Some(395),
                ..AreaRow::default()
            }],
            aefi_percentage: 0.006,
            registration_by_time: vec![RegistrationAtTime::default()],
            by_time_and_age: vec![AgesAtTime::default()],
            timestamp: "2021-05-09T14:23:41.255Z".to_owned(),
            ..PublicReport::default()
        }
    }

    #[test]
    fn a_report_has_every_field_in_order() {
        assert_wire(
            &report(),
            r#"{"topBlock":{"sites":{"total":0,"govt":0,"pvt":0,"today":null},
            "sessions":{"total":0,"govt":0,"pvt":0,"today":null},
            "registration":{"total":0,"cit_18_45":0,"cit_45_above":0,"today":0},
            "vaccination":{"total":0,"male":0,"female":0,"others":0,"covishield":0,"covaxin":0,"sputnik":0,"today":0,
            "tot_dose_1":0,"tot_dose_2":0,"total_doses":0,"aefi":0,"today_dose_one":0,"today_dose_two":0,
            "today_male":0,"today_female":0,"today_others":0,"today_aefi":0}},
            "vaccinationDoneByTime":[{"ts":"","timestamps":"","label":"","count":0,"dose_one":0,"dose_two":0}],
            "last7DaysRegistration":[{"reg_date":"","total":0,"male":0,"female":0,"others":0}],
            "last30DaysAefi":[{"vaccine_date":"","aefi":0}],
            "last5daySessionStatus":[{"session_date":"","total":0,"planned":0,"ongoing":0,"completed":0}],
            "getBeneficiariesGroupBy":[{"state_id":0,"district_id":395,"id":"","title":"","state_name":"","total":0,
            "partial_vaccinated":0,"totally_vaccinated":0,"today":0}],"aefiPercentage":0.006,
            "vaccinationByAge":{"total":0,"vac_18_45":0,"vac_45_60":0,"above_60":0},
            "timeWiseTodayRegReport":[{"ts":"","timestamps":"","label":"","total":"","age18":"","age45":"","age60":"",
            "male":"","female":"","others":""}],
            "vaccinationDoneByTimeAgeWise":[{"ts":"","timestamps":"","label":"","total":0,"vac_18_45":0,"vac_45_60":0,
            "vac_60_above":0}],"timestamp":"2021-05-09T14:23:41.255Z"}"#,
        );
        assert_wire(&LiveVaccination { count: 7 }, r#"{"count":7}"#);
    }
}
