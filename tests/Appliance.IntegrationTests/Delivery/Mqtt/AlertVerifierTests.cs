using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Core.Alerts;
using Appliance.Core.Evidence;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Mqtt.Native;
using Appliance.IntegrationTests.Support;
using Watchpost.Verify;

namespace Appliance.IntegrationTests.Delivery.Mqtt;

/// <summary>
/// The three verifiers of <c>mqtt-schemas/verify/</c>, against what the box signs and against each other: they must agree on every
/// line, the good ones and the bad ones.
/// </summary>
public sealed class AlertVerifierTests
{
    [VerifierFact]
    public async Task Verify_AlertsOfTheBox_HoldInAllThree()
    {
        using var box = Signer("7F3A");
        string[] lines =
        [
            .. AlertKinds.All.Select((kind, i) => box.Sign(SampleAlerts.Make(i + 1, "gate", kind))),
            .. Awkward().Select(box.Sign),
            Rewritten(box.Sign(SampleAlerts.Make(99))),
        ];

        Assert.All(await Verify(box.Pem, lines), answer => Assert.Equal("7F3A", answer));
    }

    [VerifierFact]
    public async Task Verify_AnythingElse_IsRefusedByAllThree()
    {
        using var box = Signer("7F3A");
        using var stranger = Signer("7F3A");
        var good = box.Sign(SampleAlerts.Make(7));
        var signature = (string)JsonNode.Parse(good)!["sig"]!;
        string[] lines =
        [
            Replace(good, "\"seq\":7", "\"seq\":8"),
            Replace(good, "\"seq\":7", "\"seq\":7.0000000001"),
            Replace(good, "\"camera\":\"gate\"", "\"camera\":\"yard\""),
            Replace(good, "\"seq\":7", "\"seq\":7,\"more\":null"),
            Replace(good, "0.7421", "1e999"),
            stranger.Sign(SampleAlerts.Make(7)),
            box.Sign(SampleAlerts.Make(7), "watchpost-evidence+jws"),
            Replace(good, signature, signature[..^4] + (signature.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA")),
            Replace(good, signature, signature.Replace("..", ".e30.", StringComparison.Ordinal)),
            Replace(good, signature, signature[..^6]),
            Replace(good, signature, Header("""{"alg":"none","typ":"watchpost-alert+jws"}""") + ".."),
            Replace(good, signature, ""),
            "{}",
            "[]",
            "not JSON",
        ];

        Assert.All(await Verify(box.Pem, lines), Assert.Null);
    }

    [VerifierFact]
    public async Task Verify_ABoxOfTheSitesAuthority_HoldsInAllThreeByTheAuthorityAlone()
    {
        using var site = Authority.Make("Harbour site");
        using var other = Authority.Make("Harbour site");
        using var under = site.Issue("Harbour quay", isAuthority: true);
        using var box = new BoxKey(site.Issue("7F3A"));
        using var deep = new BoxKey(under.Issue("7F3A"), under.Certificate);
        // A box is no authority, whatever it signs.
        using var forged = new BoxKey(new Authority(site.Issue("7F3B")).Issue("7F3A"), site.Certificate);

        string[] good = [box.Sign(SampleAlerts.Make(1)), deep.Sign(SampleAlerts.Make(2))];
        Assert.All(await Verify(site.Pem, good), answer => Assert.Equal("7F3A", answer));
        Assert.All(await Verify(other.Pem, good), Assert.Null);
        Assert.All(await Verify(site.Pem, [forged.Sign(SampleAlerts.Make(3))]), Assert.Null);
    }

    [VerifierFact]
    public async Task Verify_TheExample_HoldsInAllThree()
    {
        var example = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(MqttSchemas.Folder, "native", "examples", "alert.json")))!;
        var pem = await File.ReadAllTextAsync(Path.Combine(MqttSchemas.Folder, "verify", "example.pem"));

        Assert.Equal("7F3A", Assert.Single(await Verify(pem, [example.ToJsonString()])));
    }

    [VerifierFact]
    public async Task Format_PowersOfTwoAndRandomDoubles_IsWhatNodeWrites()
    {
        var random = new Random(8785);
        double[] numbers =
        [
            .. Enumerable.Range(-1074, 2098).Select(exponent => Math.ScaleB(1, exponent)),
            .. Enumerable.Range(0, 20_000).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)))
                .Where(double.IsFinite),
            .. Enumerable.Range(0, 5_000).Select(i => Math.Round(random.NextDouble() * 1000, i % 7)),
        ];
        var input = string.Join('\n', numbers.Select(number => BitConverter.DoubleToUInt64Bits(number).ToString("x16")));
        const string Script = """
            const view = new DataView(new ArrayBuffer(8));
            const lines = require("fs").readFileSync(0, "utf8").trim().split("\n");
            console.log(lines.map((bits) => (view.setBigUint64(0, BigInt("0x" + bits)), String(view.getFloat64(0)))).join("\n"));
            """;

        var spelled = await Run("node", ["-e", Script], input);

        Assert.Equal(spelled, numbers.Select(CanonicalJson.Format));
        Assert.Equal(spelled, numbers.Select(number => AlertVerifier.Canonical(JsonValue.Create(number))));
    }

    /// <summary>Names and figures on which spellings differ between languages.</summary>
    private static IEnumerable<Alert> Awkward()
    {
        var alert = SampleAlerts.Make(1);
        foreach (var name in (string[])["\"\\/", "\u0001\b\t\n\f\r\u001f\u007f\u2028", "😀 Ǆ \ufb33", "<script>&'"])
            yield return alert with { Match = alert.Match! with { Name = name } };
        foreach (var similarity in (float[])[0, -0f, 1, 1e-4f, -0.9999f, 0.5f])
            yield return alert with { Match = alert.Match! with { Similarity = similarity } };
        yield return alert with { Seq = (1L << 53) - 1, TrackId = 1_000_000_000_000_000 };
    }

    /// <summary>The same alert as another program may store it: keys in another order, all escaped, white space.</summary>
    private static string Rewritten(string alert) => new JsonObject(
        JsonNode.Parse(alert)!.AsObject().Reverse().Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())))
        .ToJsonString().Replace(",\"", " , \"", StringComparison.Ordinal);

    private static string Replace(string text, string part, string by)
    {
        Assert.Contains(part, text, StringComparison.Ordinal);
        return text.Replace(part, by, StringComparison.Ordinal);
    }

    private static string Header(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    /// <summary>The box that signed each line; null where a verifier says no. All three must say the same.</summary>
    private static async Task<string?[]> Verify(string pem, string[] lines)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "boxes.pem");
        await File.WriteAllTextAsync(file, pem);
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPem(pem);
        var input = string.Join('\n', lines);

        var here = lines.Select(line => Here(line, trusted)).ToArray();
        Assert.Equal(here, Boxes(await Run("node", [Path.Combine(MqttSchemas.Folder, "verify", "verify.mjs"), file], input)));
        Assert.Equal(here, Boxes(await Run("python3", [Path.Combine(MqttSchemas.Folder, "verify", "verify.py"), file], input)));
        return here;
    }

    private static string? Here(string line, X509Certificate2Collection trusted)
    {
        try
        {
            return AlertVerifier.Verify(line, trusted).Box;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static IEnumerable<string?> Boxes(string[] answers) => answers.Select(answer =>
    {
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty("valid").GetBoolean() ? json.RootElement.GetProperty("box").GetString() : null;
    });

    private static async Task<string[]> Run(string program, string[] arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
            Environment = { ["PYTHONUTF8"] = "1" },
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        var lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        return lines;
    }

    private static BoxKey Signer(string serial)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new(new CertificateRequest($"CN={serial}, O=Watchpost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200)));
    }

    /// <summary>Issues certificates; its own is what consumers trust.</summary>
    private sealed class Authority(X509Certificate2 certificate) : IDisposable
    {
        public X509Certificate2 Certificate => certificate;

        public string Pem => certificate.ExportCertificatePem();

        public static Authority Make(string name)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return new(Describe(name, key, isAuthority: true).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200)));
        }

        public X509Certificate2 Issue(string name)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            // Expired: an alert of that time still proves itself.
            return Sign(Describe(name, key, isAuthority: false), DateTimeOffset.UnixEpoch.AddYears(40)).CopyWithPrivateKey(key);
        }

        public Authority Issue(string name, bool isAuthority)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return new(Sign(Describe(name, key, isAuthority), DateTimeOffset.UnixEpoch.AddYears(100)).CopyWithPrivateKey(key));
        }

        public void Dispose() => certificate.Dispose();

        private static CertificateRequest Describe(string name, ECDsa key, bool isAuthority)
        {
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
            return request;
        }

        private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset until)
        {
            using var key = certificate.GetECDsaPrivateKey()!;
            return request.Create(
                certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), DateTimeOffset.UnixEpoch, until, RandomNumberGenerator.GetBytes(8));
        }
    }

    private sealed class BoxKey(X509Certificate2 certificate, params X509Certificate2[] issuers) : IDisposable
    {
        public string Pem { get; } = certificate.ExportCertificatePem();

        /// <summary>The alert as the native dialect writes it.</summary>
        public string Sign(Alert alert) => Sign(alert, "watchpost-alert+jws");

        public string Sign(Alert alert, string type)
        {
            using var signer = new JwsSigner([certificate, .. issuers], type);
            var dialect = new NativeDialect(new("7F3A", "Pole 07", "0.1.0", SampleAlerts.BootId), new("ea/7F3A"), new(), signer);
            var batch = new MqttBatch();
            dialect.Write(alert, batch);
            return Encoding.UTF8.GetString(batch[0].Payload.WrittenSpan);
        }

        public void Dispose() => certificate.Dispose();
    }
}
