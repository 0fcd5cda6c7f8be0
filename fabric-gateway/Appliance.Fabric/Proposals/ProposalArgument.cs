using System.Text;

namespace Appliance.Fabric;

/// <summary>One argument of a contract's function: text (as UTF-8) or bytes.</summary>
public readonly record struct ProposalArgument(ReadOnlyMemory<byte> Bytes)
{
    public static implicit operator ProposalArgument(string text) => new(Encoding.UTF8.GetBytes(text));

    public static implicit operator ProposalArgument(byte[] bytes) => new(bytes);

    public override string ToString() => Encoding.UTF8.GetString(Bytes.Span);
}
