namespace Appliance.Fabric;

/// <summary>
/// Functions on a ledger. <see cref="EvaluateAsync(string, ProposalOptions, CancellationToken)"/> asks,
/// <see cref="SubmitAsync(string, ProposalOptions, CancellationToken)"/> writes and waits for the block;
/// <see cref="NewProposal(string, ProposalOptions)"/> begins the same step by step.
/// </summary>
public sealed class Contract
{
    private readonly Session _session;
    private readonly string _channelName;

    internal Contract(Session session, string channelName, string chaincodeName, string? contractName) =>
        (_session, _channelName, ChaincodeName, ContractName) = (session, channelName, chaincodeName, contractName);

    public string ChaincodeName { get; }

    /// <summary>Null = the chaincode's default contract.</summary>
    public string? ContractName { get; }

    /// <summary>Asks one peer; nothing is written.</summary>
    /// <returns>What the function returned.</returns>
    /// <exception cref="GatewayException">The contract refused, or nobody answered.</exception>
    public Task<byte[]> EvaluateAsync(string function, ProposalOptions options, CancellationToken cancel = default) =>
        NewProposal(function, options).EvaluateAsync(cancel: cancel);

    /// <inheritdoc cref="EvaluateAsync(string, ProposalOptions, CancellationToken)"/>
    public Task<byte[]> EvaluateAsync(string function, IReadOnlyList<ProposalArgument> arguments, CancellationToken cancel = default) =>
        EvaluateAsync(function, new ProposalOptions { Arguments = arguments }, cancel);

    /// <summary>Writes, and waits until that is in a block and counts.</summary>
    /// <returns>What the function returned.</returns>
    /// <exception cref="EndorseException">Nothing was written.</exception>
    /// <exception cref="SubmitException">It is not known whether it was.</exception>
    /// <exception cref="CommitStatusException">The same.</exception>
    /// <exception cref="CommitException">It stands in a block and does not count.</exception>
    public async Task<byte[]> SubmitAsync(string function, ProposalOptions options, CancellationToken cancel = default)
    {
        var submitted = await SubmitWithoutWaitAsync(function, options, cancel).ConfigureAwait(false);
        var status = await submitted.GetStatusAsync(cancel: cancel).ConfigureAwait(false);
        return status.IsSuccessful ? submitted.Result.ToArray() : throw new CommitException(status);
    }

    /// <inheritdoc cref="SubmitAsync(string, ProposalOptions, CancellationToken)"/>
    public Task<byte[]> SubmitAsync(string function, IReadOnlyList<ProposalArgument> arguments, CancellationToken cancel = default) =>
        SubmitAsync(function, new ProposalOptions { Arguments = arguments }, cancel);

    /// <summary>Writes, and returns as soon as the orderer has it. Named <c>submitAsync</c> in the official clients.</summary>
    /// <exception cref="EndorseException">Nothing was written.</exception>
    /// <exception cref="SubmitException">It is not known whether it was.</exception>
    public async Task<SubmittedTransaction> SubmitWithoutWaitAsync(
        string function, ProposalOptions options, CancellationToken cancel = default)
    {
        var transaction = await NewProposal(function, options).EndorseAsync(cancel: cancel).ConfigureAwait(false);
        return await transaction.SubmitAsync(cancel: cancel).ConfigureAwait(false);
    }

    /// <inheritdoc cref="SubmitWithoutWaitAsync(string, ProposalOptions, CancellationToken)"/>
    public Task<SubmittedTransaction> SubmitWithoutWaitAsync(
        string function, IReadOnlyList<ProposalArgument> arguments, CancellationToken cancel = default) =>
        SubmitWithoutWaitAsync(function, new ProposalOptions { Arguments = arguments }, cancel);

    /// <summary>Builds the call; sends nothing.</summary>
    public Proposal NewProposal(string function, ProposalOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(function);
        var name = ContractName is null ? function : $"{ContractName}:{function}";
        return new(
            _session,
            ProposalBuilder.Build(_channelName, ChaincodeName, name, options, _session.Identity.Creator, _session.Clock.GetUtcNow()));
    }

    /// <inheritdoc cref="NewProposal(string, ProposalOptions)"/>
    public Proposal NewProposal(string function, IReadOnlyList<ProposalArgument> arguments) =>
        NewProposal(function, new ProposalOptions { Arguments = arguments });
}
