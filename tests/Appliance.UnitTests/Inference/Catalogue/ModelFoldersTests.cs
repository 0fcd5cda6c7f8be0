using Appliance.Inference.Catalogue;

namespace Appliance.UnitTests.Inference.Catalogue;

public class ModelFoldersTests
{
    [Fact]
    public void Searched_CheckoutWithStore_GoesBuiltInStoreShared() =>
        Assert.Equal(
            ["/src/watchpost/models/builtin", "/var/lib/watchpost/models", "/src/shared/models"],
            ModelFolders.Searched("/src/watchpost/models", "/var/lib/watchpost/models", _ => null));

    [Fact]
    public void Searched_SharedFolderNamed_TakesIt() =>
        Assert.Equal(
            ["/p/models/builtin", "/lent/models"],
            ModelFolders.Searched("/p/models", "", name => name == "WATCHPOST_SHARED" ? "/lent" : null));
}
