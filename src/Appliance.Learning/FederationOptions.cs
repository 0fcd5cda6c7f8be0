using System.ComponentModel.DataAnnotations;

namespace Appliance.Learning;

/// <summary>How a Flower server is spoken to.</summary>
public enum FederationTransport
{
    /// <summary>A SuperLink's Fleet API (grpc-rere), Flower 1.23 and later.</summary>
    Fleet,

    /// <summary>The bidirectional stream of <c>start_server</c>, Flower 1.6 and later. It knows no runs and no authentication.</summary>
    Join,
}

/// <summary>How the box gets its place on a SuperLink.</summary>
public enum FederationRegistration
{
    /// <summary>It registers itself.</summary>
    Open,

    /// <summary>The server's operator has registered its public key (<c>watchpost federation key</c>).</summary>
    Preregistered,
}

/// <summary>Learning together with other boxes through a Flower server. Off until asked for.</summary>
public sealed class FederationOptions : IValidatableObject
{
    /// <summary>Join the federation at start.</summary>
    public bool Enabled { get; init; }

    /// <summary>The server: https://host:9092 (Fleet) or https://host:8080 (Join); http:// only on this machine unless AllowPlaintext.</summary>
    [StringLength(300)]
    public string Server { get; init; } = "";

    /// <summary>Fleet or Join.</summary>
    public FederationTransport Transport { get; init; } = FederationTransport.Fleet;

    /// <summary>PEM file of the only authority that is trusted; empty = those of the system.</summary>
    [StringLength(1000)]
    public string AuthorityFile { get; init; } = "";

    /// <summary>Allow http:// to another machine: everything is readable on the way.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>Open or Preregistered.</summary>
    public FederationRegistration Registration { get; init; } = FederationRegistration.Open;

    /// <summary>Apps whose runs are taken, as publisher/name or publisher/name@version; * = any; empty = none. Join has no runs.</summary>
    public IReadOnlyList<string> AllowedApps { get; init; } = [];

    /// <summary>Federation that a run must belong to; empty = any.</summary>
    [StringLength(200)]
    public string Federation { get; init; } = "";

    /// <summary>Longest update that ever leaves the box, whatever the server asks (0.001 to 1000).</summary>
    [Range(0.001, 1000.0)]
    public double MaxNorm { get; init; } = 5;

    /// <summary>Gaussian noise added here, standard deviation over MaxNorm (0 = none, up to 100).</summary>
    [Range(0.0, 100.0)]
    public double NoiseMultiplier { get; init; }

    /// <summary>δ of the (ε, δ) that is shown (1e-12 to 0.1).</summary>
    [Range(1e-12, 0.1)]
    public double Delta { get; init; } = 1e-5;

    /// <summary>With noise: no update is sent that would bring ε above this (0.01 to 1000).</summary>
    [Range(0.01, 1000.0)]
    public double MaxEpsilon { get; init; } = 10;

    /// <summary>Add norm_bit to every training answer: for a server with client-side adaptive clipping.</summary>
    public bool AdaptiveClipping { get; init; }

    /// <summary>Largest message taken from the server, MiB (1 to 512).</summary>
    [Range(1, 512)]
    public int MaxMessageMegabytes { get; init; } = 64;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Server.Length == 0)
        {
            if (Enabled)
                yield return new("must be given when the federation is enabled", [nameof(Server)]);
            yield break;
        }

        if (!Uri.TryCreate(Server, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0)
            yield return new("must be https://host:port", [nameof(Server)]);
        else if (address.Scheme == "http" && !address.IsLoopback && !AllowPlaintext)
            yield return new("would be spoken to in the clear; use https:// or set AllowPlaintext", [nameof(Server)]);
    }
}
