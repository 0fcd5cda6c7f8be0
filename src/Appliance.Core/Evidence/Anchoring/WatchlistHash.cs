using System.Security.Cryptography;
using System.Text;

namespace Appliance.Core.Evidence.Anchoring;

/// <summary>
/// SHA-256 over a watchlist: the line <c>watchlist-v1</c>, the line of the model that is searched with, then a line
/// <c>id digest</c> per person in ordinal order of the ids, each line ended by LF. A person's digest is salted and covers the
/// hashes of all their templates, so that nobody can try names against it.
/// </summary>
public static class WatchlistHash
{
    /// <param name="model">Name of the embedder in use; empty = none.</param>
    /// <param name="persons">Id and digest (32 bytes) of each.</param>
    public static string Of(string model, IEnumerable<(string Id, byte[] Digest)> persons)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"watchlist-v1\n{model}\n"));
        foreach (var (id, digest) in persons.OrderBy(person => person.Id, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{id} {Convert.ToHexStringLower(digest)}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
