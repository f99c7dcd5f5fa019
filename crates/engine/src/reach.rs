//! Findings over several files, for who asks about some of the files: such a finding is made in one of them, which may be
//! another. It must not know what a finding says.

use std::collections::BTreeSet;

use crate::Engine;
use crate::cycles::cycles;
use crate::graph::file_of;
use crate::network::network_findings;
use crate::run::lies_in;

impl Engine {
    /// The files outside of `only` with findings that are about files in it too: cycles that run through them, and what
    /// they share of ports and sockets. Paths are relative to the root; sorted.
    #[must_use]
    pub fn reaching(&self, only: &[String]) -> Vec<String> {
        let (db, project) = self.database();
        let inside = |path: &str| only.iter().any(|target| lies_in(path, target));
        let mut found = BTreeSet::new();
        for cycle in cycles(db, project).iter() {
            let anchor = cycle.cuts.first().and_then(|cut| file_of(db, project, cut.hop.from));
            let through = cycle.hops.iter().filter_map(|hop| file_of(db, project, hop.from));
            if let Some(anchor) = anchor
                && through.into_iter().any(|file| inside(file.path(db)))
            {
                found.insert(anchor.path(db).to_string());
            }
        }
        for finding in network_findings(db, project) {
            if finding.related.iter().any(|related| inside(&related.path)) {
                found.insert(finding.path.to_string());
            }
        }
        found.into_iter().filter(|path| !inside(path)).collect()
    }
}
