//! Generation and algorithm: what the flags together say about the contract.

use alipay_tower::protocol::SignType;
use clap::ValueEnum;

use crate::cli::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Generation {
    /// Classic gateway (mapi.alipay.com)
    Mapi,
    /// openapi.alipay.com
    Openapi,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Algorithm {
    /// A key that both sides hold; classic gateway only
    #[value(name = "MD5")]
    Md5,
    /// SHA-1
    #[value(name = "RSA")]
    Rsa,
    /// SHA-256; OpenAPI only
    #[value(name = "RSA2")]
    Rsa2,
}

/// A generation and one of the algorithms that it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contract {
    MapiMd5,
    MapiRsa,
    OpenApi(SignType),
}

impl Contract {
    /// MD5 for the classic gateway and RSA2 for OpenAPI, unless said otherwise.
    pub(crate) fn new(generation: Generation, algorithm: Option<Algorithm>) -> Result<Self, Failure> {
        match (generation, algorithm) {
            (Generation::Mapi, None | Some(Algorithm::Md5)) => Ok(Self::MapiMd5),
            (Generation::Mapi, Some(Algorithm::Rsa)) => Ok(Self::MapiRsa),
            (Generation::Mapi, Some(Algorithm::Rsa2)) => {
                Err(Failure::usage("--scheme mapi signs with MD5 or RSA; RSA2 is of --scheme openapi"))
            }
            (Generation::Openapi, None | Some(Algorithm::Rsa2)) => Ok(Self::OpenApi(SignType::Rsa2)),
            (Generation::Openapi, Some(Algorithm::Rsa)) => Ok(Self::OpenApi(SignType::Rsa)),
            (Generation::Openapi, Some(Algorithm::Md5)) => {
                Err(Failure::usage("--scheme openapi signs with RSA2 or RSA; MD5 is of --scheme mapi"))
            }
        }
    }
}
