namespace Appliance.Fabric;

/// <summary>Holds, or reaches, the private key of an identity: a key file now, a TPM or a card later.</summary>
public interface ISigner
{
    /// <summary>Signs a SHA-256 digest.</summary>
    /// <param name="digest">32 bytes.</param>
    /// <param name="cancel">Gives the wait for a slow device up.</param>
    /// <returns>ASN.1 DER of (r, s) with s in the lower half of the curve's order; Fabric refuses the upper half.</returns>
    ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> digest, CancellationToken cancel);
}
