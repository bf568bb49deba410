//! The resident memory of a process, from `/proc`.

/// A look at a process: how much it held, and the most since then.
pub(crate) struct Memory {
    process: u32,
    before: u64,
}

impl Memory {
    /// Begins to watch for the most it holds.
    pub(crate) fn watch(process: u32) -> Self {
        // 5: the mark of the most that was resident is set back, proc(5).
        std::fs::write(format!("/proc/{process}/clear_refs"), "5").expect("the mark is set back");
        Self { process, before: kilobytes(process, "VmRSS:") }
    }

    /// Megabytes by which the most since the beginning is above it.
    pub(crate) fn grown(&self) -> u64 {
        kilobytes(self.process, "VmHWM:").saturating_sub(self.before) / 1024
    }

    /// The most megabytes since the beginning.
    pub(crate) fn most(&self) -> u64 {
        kilobytes(self.process, "VmHWM:") / 1024
    }
}

fn kilobytes(process: u32, field: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("a figure");
    line.split_whitespace().next().and_then(|figure| figure.parse().ok()).expect("kilobytes")
}
