using System.Globalization;
using System.Text;

namespace Appliance.Core.Evidence.Signatures;

/// <summary>
/// EIP-191, version 0x45 («personal_sign»): what a wallet signs when it is given a message. The prefix keeps a signature over
/// evidence from ever being one over a transaction.
/// </summary>
public static class PersonalMessage
{
    /// <summary>The 32 bytes that are signed for <paramref name="message"/>.</summary>
    public static byte[] Digest(ReadOnlySpan<byte> message)
    {
        var prefix = "\x19" + "Ethereum Signed Message:\n" + message.Length.ToString(CultureInfo.InvariantCulture);
        return Keccak256.HashData([.. Encoding.ASCII.GetBytes(prefix), .. message]);
    }
}
