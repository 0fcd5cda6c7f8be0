using Appliance.Core.Evidence.Content;
using Appliance.Delivery.Ipfs;

namespace Appliance.IntegrationTests.Evidence.Pinning;

/// <summary>
/// Against a real node: <c>WATCHPOST_IPFS_ADDRESS=http://127.0.0.1:5001</c>. It must give every file the address worked out here; what is
/// added is unpinned again.
/// </summary>
public sealed class IpfsNodeTests
{
    /// <summary>Nothing, one leaf, exactly one leaf, two leaves, and enough for two levels (more than 174 leaves of 256 KiB).</summary>
    [IpfsTheory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(262_144)]
    [InlineData(262_145)]
    [InlineData(50_000_000)]
    public async Task Add_RealNode_GivesOurAddress(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        using var node = new IpfsNode(new IpfsOptions { Address = Environment.GetEnvironmentVariable("WATCHPOST_IPFS_ADDRESS")! });

        // Add refuses an address that is not ours.
        var cid = await node.Add("clip.mp4", new MemoryStream(bytes), default);
        await node.Unpin(cid, default);
        await node.Unpin(cid, default);

        Assert.Equal(UnixFsCid.Of(bytes), cid);
    }
}

/// <summary>A test that needs a real IPFS node.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IpfsTheoryAttribute : TheoryAttribute
{
    public IpfsTheoryAttribute() => Skip = Environment.GetEnvironmentVariable("WATCHPOST_IPFS_ADDRESS") is { Length: > 0 }
        ? null
        : "WATCHPOST_IPFS_ADDRESS is not set: no IPFS node to talk to";
}
