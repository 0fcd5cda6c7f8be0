namespace Appliance.Fabric;

/// <summary>Why a committed transaction counts or does not, by the wire numbers of <c>TxValidationCode</c>.</summary>
public enum TransactionValidationCode
{
    Valid = 0,
    NilEnvelope = 1,
    BadPayload = 2,
    BadCommonHeader = 3,
    BadCreatorSignature = 4,
    InvalidEndorserTransaction = 5,
    InvalidConfigTransaction = 6,
    UnsupportedTransactionPayload = 7,
    BadProposalTransactionId = 8,
    DuplicateTransactionId = 9,
    EndorsementPolicyFailure = 10,

    /// <summary>Something it read was changed by a transaction before it: a new proposal reads the new state.</summary>
    MvccReadConflict = 11,

    /// <summary>The same, for a range that it read.</summary>
    PhantomReadConflict = 12,
    UnknownTransactionType = 13,
    TargetChainNotFound = 14,
    MarshalTransactionError = 15,
    NilTransactionAction = 16,
    ExpiredChaincode = 17,
    ChaincodeVersionConflict = 18,
    BadHeaderExtension = 19,
    BadChannelHeader = 20,
    BadResponsePayload = 21,
    BadReadWriteSet = 22,
    IllegalWriteSet = 23,
    InvalidWriteSet = 24,
    InvalidChaincode = 25,
    NotValidated = 254,
    InvalidOtherReason = 255,
}
