using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Google.Protobuf;

namespace Appliance.Fabric;

/// <summary>Who calls: a member of an organisation, by the certificate that the organisation's authority issued.</summary>
public sealed class X509Identity : IDisposable
{
    private X509Identity(string mspId, byte[] credentials)
    {
        ArgumentException.ThrowIfNullOrEmpty(mspId);
        MspId = mspId;
        Credentials = credentials;
        Certificate = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(credentials));
        Creator = new Wire.SerializedIdentity { Mspid = mspId, IdBytes = ByteString.CopyFrom(credentials) }.ToByteString();
    }

    /// <summary>Name of the organisation's membership service, such as <c>Org1MSP</c>.</summary>
    public string MspId { get; }

    /// <summary>The PEM text as it was given: peers compare it byte for byte, so it is not normalised.</summary>
    public ReadOnlyMemory<byte> Credentials { get; }

    /// <summary>The same, read: for its subject and its end of validity.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Serialised identity, as every header and request carries it.</summary>
    internal ByteString Creator { get; }

    /// <exception cref="CryptographicException">No certificate in it.</exception>
    public static X509Identity FromPem(string mspId, ReadOnlySpan<byte> pem) => new(mspId, pem.ToArray());

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="CryptographicException">No certificate in it.</exception>
    public static X509Identity FromFile(string mspId, string path) => new(mspId, File.ReadAllBytes(path));

    public void Dispose() => Certificate.Dispose();
}
