using Appliance.Grpc;
using Appliance.Learning.Flower;

namespace Appliance.IntegrationTests.Learning;

/// <summary>
/// Against a real Flower server: <c>WATCHPOST_FLOWER_ADDRESS=http://127.0.0.1:8080 WATCHPOST_FLOWER_MODE=join|fleet</c>
/// (<c>WATCHPOST_FLOWER_CA</c> for TLS). The server runs a strategy on the head calib and ends by itself or is ended after the test.
/// </summary>
public class FlowerServerTests
{
    [FlowerFact]
    public async Task RealServer_TwoBoxes_TrainAtLeastOneRound()
    {
        var address = new Uri(Environment.GetEnvironmentVariable("WATCHPOST_FLOWER_ADDRESS")!);
        var join = Environment.GetEnvironmentVariable("WATCHPOST_FLOWER_MODE") == "join";
        var authorities = Environment.GetEnvironmentVariable("WATCHPOST_FLOWER_CA") is { Length: > 0 } file
            ? GrpcChannelOptions.AuthoritiesFromPem(File.ReadAllText(file))
            : null;
        var policy = new FlowerPolicy { AllowedApps = ["*"] };

        await using var a = FederatedBox.Start(address, policy, seed: 1, authorities: authorities, join: join);
        await using var b = FederatedBox.Start(address, policy, seed: 2, authorities: authorities, join: join);

        await FederatedBox.Patience(
            () => a.Store.AllRounds.Any(round => round is { Kind: "train", Outcome: "done" })
                && b.Store.AllRounds.Any(round => round is { Kind: "train", Outcome: "done" }),
            () => $"{a.Link.View} {b.Link.View}");
        if (join)
            await Task.WhenAll(a.Running, b.Running).WaitAsync(TimeSpan.FromMinutes(2));
    }
}

/// <summary>A test that needs a real Flower server.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FlowerFactAttribute : FactAttribute
{
    public FlowerFactAttribute() => Skip = Environment.GetEnvironmentVariable("WATCHPOST_FLOWER_ADDRESS") is { Length: > 0 }
        ? null
        : "WATCHPOST_FLOWER_ADDRESS is not set: no Flower server to talk to";
}
