//! What must not compile: nobody outside the chain can build a payment, or skip one of its steps.

#[test]
fn the_chain_has_no_side_door() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
