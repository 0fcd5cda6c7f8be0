using Appliance.Store.Alerts;

namespace Appliance.UnitTests.Store;

public class SequenceTests
{
    private static readonly Guid s_database = Guid.NewGuid();

    [Fact]
    public void Resume_NoFile_TrustsTheDatabase() => Assert.Equal(7, SequenceFile.Resume(null, s_database, 7));

    [Theory]
    [InlineData(10, 14, 14)] // all committed
    [InlineData(10, 14, 10)] // cut off before the commit of the last batch: nobody saw 11–14
    public void Resume_SameDatabase_GoesOnWhereItEnds(long committed, long highest, long inDatabase) =>
        Assert.Equal(inDatabase, SequenceFile.Resume(new(s_database, committed, highest), s_database, inDatabase));

    [Fact]
    public void Resume_OlderCopy_GoesOnAboveTheFile() =>
        Assert.Equal(14, SequenceFile.Resume(new(s_database, 10, 14), s_database, 9));

    [Theory]
    [InlineData(0, 14)]
    [InlineData(20, 20)]
    public void Resume_AnotherDatabase_GoesOnAboveBoth(long inDatabase, long expected) =>
        Assert.Equal(expected, SequenceFile.Resume(new(Guid.NewGuid(), 10, 14), s_database, inDatabase));
}
