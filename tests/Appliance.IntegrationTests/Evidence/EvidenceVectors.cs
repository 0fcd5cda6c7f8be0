using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Core.Evidence.Content;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Evidence.Keys;
using Appliance.Delivery.Ipfs;

namespace Appliance.IntegrationTests.Evidence;

/// <summary>This assembly as the C# side of build/suites/evidence-js.sh: writes vectors, or checks those of ethers.</summary>
internal static class EvidenceVectors
{
    private const string WriteTo = "WATCHPOST_TEST_EVIDENCE_VECTORS";
    private const string CheckOf = "WATCHPOST_TEST_EVIDENCE_CHECK";
    private const string PinAt = "WATCHPOST_TEST_EVIDENCE_PIN";

    // Around the edges of a chunk, and one that needs two levels of links.
    private static readonly int[] s_sizes = [0, 1, 262_143, 262_144, 262_145, 524_288, 3_000_000, 45_613_056, 45_613_057];

#pragma warning disable CA2255 // The one assembly is both the tests and the program.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void RunInstead()
    {
        if (Environment.GetEnvironmentVariable(WriteTo) is { } file)
            new Thread(() => File.WriteAllText(file, Write().ToJsonString())) { IsBackground = false }.Start();
        if (Environment.GetEnvironmentVariable(CheckOf) is { } theirs)
            new Thread(() => Console.WriteLine(Check(JsonNode.Parse(File.ReadAllText(theirs))!.AsArray()))) { IsBackground = false }.Start();
        if (Environment.GetEnvironmentVariable(PinAt) is { } address)
            new Thread(() => Console.WriteLine(Pin(address).GetAwaiter().GetResult())) { IsBackground = false }.Start();
    }

    private static JsonObject Write()
    {
        var keys = Enumerable.Range(0, 20).Select(_ => EvidenceKey.Make()).ToList();
        var header = new BatchHeader("7F3A", 12, 3, BatchHeader.NoPrev, new string('a', 64));
        return new()
        {
            ["signatures"] = new JsonArray([.. keys.Select((key, i) =>
            {
                var digest = SHA256.HashData(BitConverter.GetBytes(i));
                var signed = PersonalMessage.Digest(digest);
                return new JsonObject
                {
                    ["key"] = key.ToText(),
                    ["address"] = key.Address.Value,
                    ["digest"] = Convert.ToHexStringLower(digest),
                    ["signed"] = Convert.ToHexStringLower(signed),
                    ["signature"] = EvidenceSignature.Format(key.Sign(signed)),
                };
            })]),
            ["texts"] = new JsonArray([.. Enumerable.Range(0, 300).Select(i =>
            {
                var text = new string('x', i);
                return new JsonObject { ["text"] = text, ["keccak"] = Convert.ToHexStringLower(Keccak256.HashData(Encoding.UTF8.GetBytes(text))) };
            })]),
            ["batch"] = new JsonObject
            {
                ["message"] = header.Message,
                ["signer"] = keys[0].Address.Value,
                ["signature"] = EvidenceSignature.Format(keys[0].Sign(header.SignedDigest())),
            },
            ["cids"] = new JsonArray([.. s_sizes.Select(bytes => new JsonObject { ["bytes"] = bytes, ["cid"] = UnixFsCid.Of(Content(bytes)) })]),
        };
    }

    private static string Check(JsonArray theirs)
    {
        var good = theirs.Count(one => EvidenceSignature.TryParse((string)one!["signature"]!, out var signature)
            && SignerRecovery.Instance.Recover(PersonalMessage.Digest(Convert.FromHexString((string)one["digest"]!)), signature)?.Value == (string)one["address"]!);
        return $"{good} of {theirs.Count}";
    }

    private static byte[] Content(int length)
    {
        var content = new byte[length];
        for (var i = 0; i < length; i++)
            content[i] = (byte)((i * 31) + (i >> 8));
        return content;
    }

    /// <summary>Our client against a node that is not ours: it throws when the two do not agree on an address.</summary>
    private static async Task<string> Pin(string address)
    {
        using var node = new IpfsNode(new IpfsOptions { Address = address });
        var (good, last) = (0, "");
        foreach (var size in s_sizes)
        {
            using var content = new MemoryStream(Content(size));
            last = await node.Add($"{size}.bin", content, default);
            good++;
        }

        await node.Unpin(last, default);
        return $"{good} of {s_sizes.Length}";
    }
}
