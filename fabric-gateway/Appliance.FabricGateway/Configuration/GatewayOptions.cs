using System.ComponentModel.DataAnnotations;
using Appliance.Core.Evidence.Signatures;

namespace Appliance.FabricGateway.Configuration;

/// <summary>All of <c>fabric-gateway.json</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>Where the companion keeps what it took until the ledger has it.</summary>
    public StorageOptions Storage { get; init; } = new();

    /// <summary>The Hyperledger Fabric network.</summary>
    public FabricOptions Fabric { get; init; } = new();

    /// <summary>How transactions are made.</summary>
    public AnchoringOptions Anchoring { get; init; } = new();

    /// <summary>HTTPS for boxes; the certificate they show says for whom they speak.</summary>
    public HttpsOptions Https { get; init; } = new();

    /// <summary>The site's MQTT broker.</summary>
    public BrokerOptions Mqtt { get; init; } = new();

    /// <summary>Health and metrics for this machine.</summary>
    public ObserveOptions Observe { get; init; } = new();

    /// <summary>
    /// Boxes whose keys are known from the start; their registration on the ledger is somebody else's work. More are added with
    /// <c>fabric-gateway device register</c>.
    /// </summary>
    public IReadOnlyList<DeviceOptions> Devices { get; init; } = [];

    /// <summary>What is logged.</summary>
    public GatewayLogOptions Log { get; init; } = new();
}

/// <summary>What is logged.</summary>
public sealed class GatewayLogOptions
{
    /// <summary>Least level: Trace, Debug, Information, Warning, Error or Critical.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;
}

/// <summary>Where the companion keeps what it took.</summary>
public sealed class StorageOptions
{
    /// <summary>Folder of <c>gateway.db</c>; made with mode 0700 when absent.</summary>
    [Required, StringLength(4096, MinimumLength = 1)]
    public string DataDirectory { get; init; } = "/var/lib/watchpost-fabric-gateway";

    /// <summary>
    /// How long receipts are kept after the commit (1 to 3650 days). Afterwards the ledger alone answers «exists» and refuses
    /// equivocation.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Bytes that must stay free on the disk; below it nothing is taken in (boxes try again).</summary>
    [Range(0, 1L << 40)]
    public long MinFreeBytes { get; init; } = 256L << 20;

    /// <summary>Most items that wait for the ledger; beyond it boxes are asked to come later (429).</summary>
    [Range(100, 100_000_000)]
    public int MaxPending { get; init; } = 2_000_000;
}

/// <summary>One box and its key.</summary>
public sealed class DeviceOptions : IValidatableObject
{
    /// <summary>Serial number, as in the box's own configuration: letters, digits, <c>. _ -</c>.</summary>
    [Required, RegularExpression(@"^[A-Za-z0-9._\-]{1,64}$", ErrorMessage = "must be 1 to 64 letters, digits, . _ -")]
    public string? Serial { get; init; }

    /// <summary>Address of the key that signs its evidence (<c>watchpost evidence key</c>); null: only the certificates below are said here.</summary>
    public string? Address { get; init; }

    /// <summary>
    /// SHA-256 fingerprints of client certificates that may speak for this box, 64 hexadecimal digits; such a certificate needs no
    /// authority. None: any certificate of the authorities whose name is the serial.
    /// </summary>
    public IReadOnlyList<string> Certificates { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is not null && !EthereumAddress.TryParse(Address, out _))
            yield return new("must be an address 0x and 40 hexadecimal digits, with a right checksum or in one case", [nameof(Address)]);
        for (var i = 0; i < Certificates.Count; i++)
        {
            if (Certificates[i].Length != 64 || !Certificates[i].All(char.IsAsciiHexDigit))
                yield return new("must be 64 hexadecimal digits (openssl x509 -fingerprint -sha256, without colons)", [$"{nameof(Certificates)}[{i}]"]);
        }
    }
}
