using Appliance.Core.Evidence.Log;

namespace Appliance.UnitTests.Core.Evidence.Log;

public class MerkleTreeTests
{
    // The entries and roots of Certificate Transparency's reference tests (certificate-transparency, merkle_tree_test.cc).
    private static readonly string[] s_entries =
    [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ];

    private static readonly string[] s_roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Root_ReferenceEntries_GivesReferenceRoots()
    {
        for (var size = 1; size <= s_entries.Length; size++)
            Assert.Equal(s_roots[size - 1], Convert.ToHexStringLower(MerkleTree.Root(Reference(size))));
    }

    [Fact]
    public void Root_NoLeaves_IsSha256OfNothing() => Assert.Equal(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(MerkleTree.Root([])));

    // Reference proof: leaf 5 of 8 in the same tests.
    [Fact]
    public void InclusionProof_Leaf5Of8_IsTheReferencePath() => Assert.Equal(
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
        MerkleTree.InclusionProof(Reference(8), 5).Select(Convert.ToHexStringLower));

    [Fact]
    public void VerifyInclusion_EveryLeafOfEverySize_HoldsAndOnlyThere()
    {
        for (var size = 1; size <= 33; size++)
        {
            var leaves = Leaves(size);
            var root = MerkleTree.Root(leaves);
            for (var i = 0; i < size; i++)
            {
                var path = MerkleTree.InclusionProof(leaves, i);
                Assert.True(MerkleTree.VerifyInclusion(leaves[i], i, size, path, root));
                Assert.False(MerkleTree.VerifyInclusion(leaves[i], (i + 1) % size, size, path, root) && size > 1);
                Assert.False(MerkleTree.VerifyInclusion(leaves[(i + 1) % size], i, size, path, root) && size > 1);
                Assert.False(MerkleTree.VerifyInclusion(leaves[i], i, size, [.. path, root], root));
                Assert.False(path.Count > 0 && MerkleTree.VerifyInclusion(leaves[i], i, size, [.. path.Skip(1)], root));
            }
        }
    }

    [Fact]
    public void InclusionProof_ThousandLeaves_TakesAtMost320Bytes()
    {
        var leaves = Leaves(1000);
        var root = MerkleTree.Root(leaves);

        foreach (var i in (int[])[0, 1, 499, 511, 512, 998, 999])
        {
            var path = MerkleTree.InclusionProof(leaves, i);
            Assert.InRange(path.Sum(hash => hash.Length), 1, 320);
            Assert.True(MerkleTree.VerifyInclusion(leaves[i], i, 1000, path, root));
        }
    }

    [Fact]
    public void VerifyConsistency_EveryPairOfSizes_Holds()
    {
        var leaves = Leaves(40);
        for (var later = 0; later <= leaves.Count; later++)
        {
            for (var earlier = 0; earlier <= later; earlier++)
            {
                var proof = MerkleTree.ConsistencyProof(leaves[..later], earlier);
                Assert.True(
                    MerkleTree.VerifyConsistency(
                        earlier, MerkleTree.Root(leaves[..earlier]), later, MerkleTree.Root(leaves[..later]), proof),
                    $"{earlier} of {later}");
            }
        }
    }

    [Fact]
    public void VerifyConsistency_RemovedOrChangedLeaf_IsFound()
    {
        var leaves = Leaves(40);
        for (var earlier = 2; earlier < 40; earlier++)
        {
            var root = MerkleTree.Root(leaves[..earlier]);
            var removed = leaves[..1].Concat(leaves[2..]).ToList();
            Assert.False(MerkleTree.VerifyConsistency(
                earlier, root, 39, MerkleTree.Root(removed), MerkleTree.ConsistencyProof(removed, earlier)));
        }
    }

    private static List<byte[]> Reference(int size) =>
        [.. s_entries.Take(size).Select(entry => MerkleTree.LeafHash(Convert.FromHexString(entry)))];

    private static List<byte[]> Leaves(int size) =>
        [.. Enumerable.Range(0, size).Select(i => MerkleTree.LeafHash(BitConverter.GetBytes(i)))];
}
