//! The command line, and everything between it and the exit code.

use std::{io, path::PathBuf, process::ExitCode};

use alipay_sqlx_store::SqlStoreError;
use tracing_subscriber::EnvFilter;

use crate::{
    BoxError,
    config::{Config, SetupError},
    demo::Story,
    order_no::random_text,
    say::say,
    setup::Setup,
    stop,
};

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    Demo(Story),
    Help,
    Serve,
}

impl Command {
    fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, SetupError> {
        let arguments: Vec<String> = arguments.into_iter().collect();
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match words.as_slice() {
            [] => Ok(Self::Serve),
            ["--help" | "-h"] => Ok(Self::Help),
            ["--demo"] => Ok(Self::Demo(Story::Purchase)),
            ["--demo", name] => {
                Story::ALL.into_iter().find(|story| story.name() == *name).map(Self::Demo).ok_or_else(|| {
                    let names = Story::ALL.map(Story::name).join(", ");
                    SetupError::new("--demo", format!("there is no story `{name}`; there is: {names}"))
                })
            }
            [other, ..] => {
                Err(SetupError::new("arguments", format!("`{other}` is not understood here; see --help")))
            }
        }
    }
}

/// The body of `main` for a shop in any framework: reads command line and environment, prepares the shop, lets `serve`
/// run it until it is told to stop, and turns the result into an exit code: 0, 1 when it failed, 2 for a mistake in the
/// configuration.
pub async fn run<F, Fut>(program: &str, serve: F) -> ExitCode
where
    F: FnOnce(Setup) -> Fut,
    Fut: Future<Output = Result<(), BoxError>>,
{
    let command = match Command::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            say(help(program).trim_end());
            return ExitCode::SUCCESS;
        }
        Ok(command) => command,
        Err(error) => return failed(&error, 2),
    };
    log();
    let setup = match prepare(command).await {
        Ok(setup) => setup,
        Err(error) => return failed(&error, 2),
    };
    let stop = setup.stop.clone();
    tokio::spawn(async move {
        stop::signal().await;
        stop.now();
        // The second time it is meant.
        stop::signal().await;
        std::process::exit(130);
    });
    let served = serve(setup).await;
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => match mistake(&error) {
            Some(mistake) => failed(&mistake, 2),
            None => failed(&*error, 1),
        },
    }
}

/// An error that is the operator's to mend, under the name of the setting.
fn mistake(error: &BoxError) -> Option<SetupError> {
    if let Some(SqlStoreError::Url(reason)) = error.downcast_ref() {
        return Some(SetupError::new("DATABASE_URL", reason.as_ref()));
    }
    error.downcast_ref::<SetupError>().cloned()
}

async fn prepare(command: Command) -> Result<Setup, SetupError> {
    let config = Config::from_env()?;
    match command {
        Command::Demo(story) => {
            let config = config.into_demo(&temporary_folder()?, story.scheme())?;
            Ok(Setup::new(config).await?.with_story(Some(story)))
        }
        Command::Help | Command::Serve => Setup::new(config).await,
    }
}

/// A new folder that stays, so that the receipt can be read.
fn temporary_folder() -> Result<PathBuf, SetupError> {
    let failed =
        |error: io::Error| SetupError::new("--demo", format!("cannot make a temporary folder: {error}"));
    let name = random_text(12).ok_or_else(|| failed(io::Error::other("no random numbers")))?;
    let folder = std::env::temp_dir().join(format!("alipay-shop-demo-{name}"));
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder).map_err(failed)?;
    Ok(folder)
}

/// Events go to standard error; `RUST_LOG` chooses which. By default each hit on the two paths is a line.
fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,alipay=info"));
    // A host that has set up its own log keeps it.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).try_init();
}

fn failed(error: &dyn std::error::Error, code: u8) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::from(code)
}

fn help(program: &str) -> String {
    let stories = Story::ALL.map(Story::name).join(", ");
    format!(
        "{program}: a small shop that is paid through Alipay.

Without arguments and settings it starts with everything built in: a demo merchant, a simulated gateway, a database file.

  --demo [STORY]   buy something without a person, print each step, check the books, exit; stories: {stories}
  --help           this text

Settings (environment variables):
  ALIPAY_SCHEME         mapi (the classic gateway, default) or openapi
  ALIPAY_PARTNER        the merchant's PID, 16 digits beginning with 2088
  ALIPAY_KEY            its MD5 key, 32 letters and digits; with both set, payments are real
  ALIPAY_SIGN_TYPE      MD5 (default) or RSA in the classic gateway, RSA2 (default) or RSA in openapi
  ALIPAY_APP_ID         openapi: the application
  ALIPAY_SELLER_ID      openapi: who is paid, 16 digits beginning with 2088
  ALIPAY_PRIVATE_KEY_FILE   the merchant's or application's private key, for RSA and RSA2
  ALIPAY_PUBLIC_KEY_FILE    Alipay's public key, from the console
  ALIPAY_APP_CERT_FILE, ALIPAY_CERT_FILE, ALIPAY_ROOT_CERT_FILE
                        certificate mode: the application's certificate, Alipay's, and the roots
  ALIPAY_NEXT_CERT_FILE Alipay's next certificate, taken beside the present one
  ALIPAY_SELLER_EMAIL   the seller's Alipay login; messages that name another are refused
  ALIPAY_ACCOUNT_NAME   the holder of the seller's account, for payouts from the operator's page
  ALIPAY_CHARSET        utf-8 (default), gbk or gb2312
  ALIPAY_GATEWAY        production, sandbox, or the address of another; http:// for a simulated one on this machine
  PUBLIC_URL            the shop's address as buyers and Alipay see it, such as https://shop.example.com
  SHOP_LISTEN           where the shop listens; default 127.0.0.1:4000
  SIMULATOR_LISTEN      where the simulated gateway listens; default 127.0.0.1:4001. Set it together with a merchant to
                        try that merchant with play money
  SIMULATOR_SPEED       how many times faster than Alipay that gateway repeats a notification; default 600: the eight
                        deliveries take two and a half minutes instead of a day
  DATABASE_URL          default sqlite://var/shop.db
  SMTP_URL              a mail server for the receipts, such as smtps://user:password@mail.example.com
  SHOP_RECEIPTS         the folder for receipts without a mail server; default var/receipts
  SHOP_OPERATOR_TOKEN   what the operator's page asks for; made up and printed when others can reach the shop
  SHOP_ASK_AFTER        seconds after which Alipay is asked about an unpaid order; default 120, 3 with play money
  SHOP_CONFIRM_BY_QUERY 1: openapi notifications count only when Alipay, asked about the trade, says the same; default 0
  SHOP_CLOSE_AFTER      seconds after which an unpaid order is closed, at Alipay and here; default never. Choose more than
                        the buyer's deadline
  SHOP_OUTAGE_POLICY    notifications while the gateway is out of reach: fail_closed (default; they come again) or
                        accept_then_confirm (settled on the signature, and asked about later)
  RUST_LOG              what is logged; default `warn,alipay=info`: warnings, each hit on Alipay's two paths, and the simulator's steps
"
    )
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::*;

    fn parse(line: &str) -> Result<Command, String> {
        Command::parse(line.split_whitespace().map(str::to_owned)).map_err(|error| error.to_string())
    }

    #[test]
    fn knows_its_arguments() {
        assert_eq!(parse(""), Ok(Command::Serve));
        assert_eq!(parse("-h"), Ok(Command::Help));
        assert_eq!(parse("--demo"), Ok(Command::Demo(Story::Purchase)));
        assert_eq!(parse("--demo purchase"), Ok(Command::Demo(Story::Purchase)));
        assert!(
            parse("--demo nonsense")
                .unwrap_err()
                .contains("there is: escrow, lost, openapi, purchase, refund")
        );
        assert!(parse("--port 4000").unwrap_err().contains("--help"));
    }

    /// Every name in quotes that looks like an environment variable, in the code that reads them.
    fn read_settings() -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/config");
        let mut found = BTreeSet::from(["RUST_LOG".to_owned()]); // by tracing-subscriber
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("tests.rs") || path.ends_with("real_money.rs") {
                continue;
            }
            let text = std::fs::read_to_string(path).unwrap();
            found.extend(text.split('"').filter(|word| is_setting(word)).map(str::to_owned));
        }
        found
    }

    fn is_setting(word: &str) -> bool {
        word.contains('_') && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    }

    fn words(text: &str) -> BTreeSet<String> {
        let words = text.split(|other: char| !(other.is_ascii_alphanumeric() || other == '_'));
        words.filter(|word| is_setting(word)).map(str::to_owned).collect()
    }

    /// The first cells of tables.
    fn documented(page: &str) -> BTreeSet<String> {
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
        rows.flat_map(words).collect()
    }

    #[test]
    fn the_settings_that_are_told_are_those_that_are_read() {
        let read = read_settings();
        assert!(read.contains("ALIPAY_KEY") && read.contains("SHOP_LISTEN"), "{read:?}");
        assert_eq!(words(&help("shop")), read);
        assert_eq!(documented(include_str!("../../../README.md")), read);
        assert_eq!(documented(include_str!("../../README.md")), read);
    }
}
