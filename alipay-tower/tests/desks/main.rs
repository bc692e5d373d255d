//! Several merchants under one layer.

#[cfg(test)]
mod changes;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod support;
