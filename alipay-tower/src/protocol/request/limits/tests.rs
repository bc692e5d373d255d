//! Every line of every table, at its limit and one past it.

use super::*;

/// That a value of one more than the documented limit is refused by its name, and one of just the limit is not.
pub(in crate::protocol) fn rules_name_their_fields(limits: &Limits, order: &Parameters) {
    let mut count = 0;
    for (name, max, form) in limits.rules.iter().copied().flatten() {
        for value in too_much(*max, form) {
            let error = limits.check(&order.clone().with(name, &value)).expect_err(name);
            assert_eq!(error.field(), *name, "{value}");
            assert!(error.to_string().len() > name.len() + 10, "{error}");
        }
        for value in just_enough(*max, form) {
            assert_eq!(check_value(name, &value, *max, form), Ok(()), "{name}: {value}");
        }
        count += 1;
    }
    assert!(count > 5, "the table is empty");
}

fn url(length: usize) -> String {
    let host = "https://shop.example.com/";
    format!("{host}{}", "x".repeat(length - host.len()))
}

fn yuan(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

fn too_much(max: usize, form: &Form) -> Vec<String> {
    let mut values = match form {
        Form::Account => vec!["2088".to_owned() + &"0".repeat(max - 3), "2089000000000001".to_owned()],
        Form::Amount(most) => vec![yuan(most + 1), yuan(0), "-0.01".to_owned(), "0.001".to_owned()],
        Form::Callback => vec![url(max + 1), "https://shop.example.com/?id=1".to_owned(), "shop".to_owned()],
        Form::Choice(_) => vec!["x".to_owned(), "1".repeat(max + 1)],
        Form::Code => vec!["a".repeat(max + 1), "^".to_owned(), "a b".to_owned()],
        Form::Digits => vec!["1".repeat(max + 1), "x".to_owned(), "-1".to_owned()],
        Form::Echoed => vec!["a".repeat(max + 1), "100%".to_owned(), "a+b".to_owned(), "a#b".to_owned()],
        Form::Fee(most) => vec![yuan(most + 1), "-0.01".to_owned()],
        Form::Page => vec![url(max + 1), "/relative".to_owned()],
        Form::Text => vec!["a".repeat(max + 1), "茶".repeat(max + 1), "a&b".to_owned()],
        Form::Title => vec!["a".repeat(max + 1), "茶".repeat(max / 2 + 1), "ชา".to_owned(), "a&b".to_owned()],
    };
    values.push("line\nbreak".to_owned());
    values
}

fn just_enough(max: usize, form: &Form) -> Vec<String> {
    match form {
        Form::Account => vec!["2088000000000001".to_owned()],
        Form::Amount(most) => vec![yuan(*most), yuan(1)],
        Form::Callback | Form::Page => vec![url(max)],
        Form::Choice(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        Form::Digits => vec!["1".repeat(max)],
        Form::Fee(most) => vec![yuan(*most), yuan(0)],
        Form::Code => vec!["a".repeat(max)],
        Form::Echoed | Form::Text => vec!["a".repeat(max), "茶".repeat(max)],
        Form::Title => vec!["a".repeat(max), "茶".repeat(max / 2)],
    }
}
