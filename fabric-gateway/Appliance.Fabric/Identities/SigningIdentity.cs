using System.Security.Cryptography;
using Google.Protobuf;

namespace Appliance.Fabric;

/// <summary>An identity with the means to sign for it, if there are any in this process.</summary>
internal sealed class SigningIdentity(X509Identity identity, ISigner? signer)
{
    internal ByteString Creator => identity.Creator;

    internal static byte[] Digest(ByteString bytes) => SHA256.HashData(bytes.Span);

    /// <exception cref="InvalidOperationException">Signatures are made elsewhere, and none was brought.</exception>
    internal async ValueTask<ByteString> Sign(ByteString bytes, CancellationToken cancel)
    {
        if (signer is null)
            throw new InvalidOperationException("this gateway has no signer: bring a signature with NewSignedProposal, NewSignedTransaction or NewSignedCommit");
        return UnsafeByteOperations.UnsafeWrap(await signer.SignAsync(Digest(bytes), cancel).ConfigureAwait(false));
    }
}
