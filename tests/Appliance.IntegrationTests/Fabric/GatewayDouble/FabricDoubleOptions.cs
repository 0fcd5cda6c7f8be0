using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Fabric.GatewayDouble;

/// <summary>What network the double plays.</summary>
internal sealed record FabricDoubleOptions
{
    /// <summary>Issues the gateway's certificate and those of the members and of TLS clients.</summary>
    public required TestAuthority Authority { get; init; }

    /// <summary>The deployed chaincode, all functions of all its contracts.</summary>
    public required ContractFunction Contract { get; init; }

    public string Channel { get; init; } = "watch";

    public string Chaincode { get; init; } = "anchor";

    /// <summary>Organisations whose members may call.</summary>
    public IReadOnlyList<string> MspIds { get; init; } = ["Org1MSP", "Org2MSP"];

    /// <summary>Mutual TLS: only who shows a certificate of the authority gets as far as gRPC.</summary>
    public bool RequireClientCertificate { get; init; }

    /// <summary>Most transactions in a block.</summary>
    public int BlockSize { get; init; } = 10;
}
