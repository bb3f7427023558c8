//! Files that are imported: centres, sessions, staff and a bulk list, with rows that are refused.

use pramaan_app::import::{self, Bad};

use crate::story::{SESSION, SLOTS, Story};

impl Story {
    pub(crate) async fn import(&mut self) {
        let centres = "id,name,address,district_id,pincode,opens,closes,kind\n\
            561001,Fort Clinic of Controls,Bora Bazar,395,400001,09:00,17:00,government\n";
        import::centres(&self.app.app, centres.as_bytes(), Bad::RefusesAll, &mut |_, _| {})
            .await
            .unwrap();
        let sessions = format!(
            "id,centre_id,date,vaccine,min_age,slots,seats\n\
             {SESSION},561001,2026-11-22,COVISHIELD,18,{},1:online:20\n",
            SLOTS.join("|")
        );
        import::sessions(
            &self.app.app,
            sessions.as_bytes(),
            Bad::RefusesAll,
            &mut |_, _| {},
        )
        .await
        .unwrap();
        let staff = "code,name,role,district_id,centre_id\n\
            MH-8810,Sulochana Gopalakrishnan,vaccinator,395,561001\n\
            MH-8811,Bhagyalakshmi Venkataraman,vaccinator,395,999999\n";
        self.plant("staff name", "Sulochana Gopalakrishnan");
        self.plant("rejected staff name", "Bhagyalakshmi Venkataraman");
        let imported = import::staff(&self.app.app, staff.as_bytes(), Bad::IsSkipped, &mut |_, _| {})
            .await
            .unwrap();
        assert_eq!(imported.rejected.len(), 1);
        self.rejects = import::rejects(&imported.rejected);
        self.rejects
            .extend(format!("{:?}", imported.rejected).into_bytes());
        self.import_cohort().await;
        let token = imported.invitations[0].token.clone();
        self.plant("invitation token", &token);
        self.enrol(&token).await;
    }

    /// A good row, one that is bad for its group and carries a column nobody asked for, and a number lent to seven.
    async fn import_cohort(&mut self) {
        let mut cohort = "mobile,birth_year,group,remarks\n\
            9123480171,1957,hcw,\n\
            9123480182,1958,nurse,Kanakalatha Vijayaraghavan\n"
            .to_owned();
        for year in 1961..1968 {
            cohort.push_str(&format!("9123480193,{year},flw,\n"));
        }
        self.plant("cohort mobile", "9123480171");
        self.plant("rejected cohort mobile", "9123480182");
        self.plant("quarantined cohort mobile", "9123480193");
        self.plant("cohort remark", "Kanakalatha Vijayaraghavan");
        let imported = import::cohort(&self.app.app, cohort.as_bytes(), Bad::IsSkipped, &mut |_, _| {})
            .await
            .unwrap();
        assert_eq!((imported.added, imported.rejected.len()), (1, 8));
        self.rejects.extend(import::rejects(&imported.rejected));
        self.rejects
            .extend(format!("{:?}", imported.rejected).into_bytes());
    }
}
