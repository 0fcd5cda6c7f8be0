using Appliance.Core.Recognition;

namespace Appliance.UnitTests.Core.Recognition;

/// <summary>Two dimensions make the templates readable: a face at angle a has cosine cos(a − b) with one at b.</summary>
public class TrackIdentityTests
{
    private static readonly PersonId s_anna = new("anna");
    private static readonly PersonId s_bert = new("bert");
    private static readonly MatchThreshold s_contract = new(Verify: 0.3f, Identify: 0.5f, PerDecade: 0.06f);

    private readonly BruteForceIndex _index = new();

    public TrackIdentityTests() => _index.Put(s_anna, [Like(1)]);

    [Fact]
    public void Decide_BeforeAnyShot_IsUndecidedAndDoesNotSearch()
    {
        var identity = New();

        Assert.False(identity.Decide(_index));
        Assert.Equal(IdentityState.Undecided, identity.Current.State);
        Assert.Equal(0, _index.Searches);
    }

    // Similarities of successive shots to the only person enrolled; threshold 0.5, two shots or one of 0.65.
    [Theory]
    [InlineData(IdentityState.Undecided, new[] { 0.6f })]
    [InlineData(IdentityState.Known, new[] { 0.66f })]
    [InlineData(IdentityState.Known, new[] { 0.55f, 0.55f })]
    [InlineData(IdentityState.Undecided, new[] { 0.45f, 0.47f })]
    [InlineData(IdentityState.Undecided, new[] { 0.2f, 0.2f, 0.2f })]
    [InlineData(IdentityState.Unknown, new[] { 0.2f, 0.2f, 0.2f, 0.2f })]
    [InlineData(IdentityState.Undecided, new[] { 0.46f, 0.46f, 0.46f, 0.46f })]
    [InlineData(
        IdentityState.Unknown,
        new[] { 0.46f, 0.46f, 0.46f, 0.46f, 0.46f, 0.46f, 0.46f, 0.46f, 0.46f, 0.46f, 0.46f, 0.46f })]
    [InlineData(IdentityState.Known, new[] { 0.2f, 0.2f, 0.2f, 0.2f, 0.9f, 0.9f, 0.9f })]
    public void Decide_OnePersonEnrolled_FollowsTheTable(IdentityState expected, float[] similarities)
    {
        var identity = New();

        foreach (var similarity in similarities)
            Shoot(identity, similarity);

        Assert.Equal(expected, identity.Current.State);
        if (expected == IdentityState.Known)
            Assert.Equal(s_anna, identity.Current.Person);
    }

    [Fact]
    public void Decide_TwoPersonsEquallyAlike_StaysUndecidedForever()
    {
        _index.Put(s_bert, [Like(0.99f)]);
        var identity = New();

        for (var shot = 0; shot < 15; shot++)
            Shoot(identity, 0.95f);

        Assert.Equal(IdentityState.Undecided, identity.Current.State);
        Assert.True(identity.Current.Margin < 0.05f);
    }

    [Fact]
    public void Decide_ManyTemplatesOfOnePerson_TheMarginIsToTheSecondPerson()
    {
        _index.Put(s_anna, [Like(1), Like(0.99f), Like(0.98f)]);
        _index.Put(s_bert, [Like(-0.5f)]);
        var identity = New();

        Shoot(identity, 0.9f);

        Assert.Equal(IdentityState.Known, identity.Current.State);
        Assert.True(identity.Current.Margin > 0.5f);
    }

    [Fact]
    public void Decide_OnlyOnePerson_HasNobodyToBeMistakenFor()
    {
        var identity = New();

        Shoot(identity, 0.9f);

        Assert.Equal(1.9f, identity.Current.Margin, 0.001f);
    }

    [Fact]
    public void Decide_EmptyWatchlist_BecomesUnknown()
    {
        _index.Put(s_anna, []);
        var identity = New();

        for (var shot = 0; shot < 4; shot++)
            Shoot(identity, 0.9f);

        Assert.Equal(IdentityState.Unknown, identity.Current.State);
    }

    [Fact]
    public void Decide_ChangeOfStateOrPerson_IsToldOnce()
    {
        var identity = New();

        Assert.False(Shoot(identity, 0.6f));
        Assert.True(Shoot(identity, 0.6f));
        Assert.False(Shoot(identity, 0.6f));
    }

    [Fact]
    public void Decide_KnownPersonFadesALittle_StaysKnown()
    {
        var identity = New(new() { KeepShots = 1 });
        Shoot(identity, 0.7f);

        Shoot(identity, 0.45f);
        Assert.Equal((IdentityState.Known, s_anna), (identity.Current.State, identity.Current.Person));

        Shoot(identity, 0.3f);
        Assert.Equal(IdentityState.Undecided, identity.Current.State);
    }

    [Fact]
    public void Decide_PersonRemovedFromTheWatchlist_IsNoLongerKnown()
    {
        var identity = New();
        Shoot(identity, 0.9f);
        _index.Put(s_anna, []);

        Assert.True(identity.Decide(_index));

        Assert.Equal(IdentityState.Undecided, identity.Current.State);
    }

    [Fact]
    public void Add_TrackJumpsToAnotherPerson_StartsAnew()
    {
        _index.Put(s_bert, [Like(-1)]);
        var identity = New();
        Shoot(identity, 0.95f);
        Shoot(identity, 0.95f);

        Shoot(identity, -0.95f);
        Assert.Equal(s_anna, identity.Current.Person);
        Shoot(identity, -0.95f);

        Assert.Equal((IdentityState.Known, s_bert), (identity.Current.State, identity.Current.Person));
    }

    [Fact]
    public void Template_ShotsOfDifferentQuality_LeansToTheBetter()
    {
        var identity = New();
        Shoot(identity, 1f, quality: 0.9f);
        Shoot(identity, 0.5f, quality: 0.3f);

        Assert.Equal(1, Length(identity.Template), 0.0001f);
        Assert.InRange(identity.Template[0], 0.95f, 0.999f);
    }

    [Fact]
    public void Wants_FirstGoodShot_AtOnce()
    {
        Assert.True(New().Wants(Quality(0.3f), TimeSpan.Zero));
        Assert.False(New().Wants(Quality(0.9f) with { EyeDistance = 5 }, TimeSpan.Zero));
    }

    [Fact]
    public void Wants_Undecided_KeepsItsSpacing()
    {
        var identity = New();
        Shoot(identity, 0.5f, at: 1);

        Assert.False(identity.Wants(Quality(0.9f), TimeSpan.FromSeconds(1.1)));
        Assert.True(identity.Wants(Quality(0.9f), TimeSpan.FromSeconds(1.2)));
        Assert.False(identity.Wants(Quality(0.2f), TimeSpan.FromSeconds(1.2)));
    }

    [Fact]
    public void Wants_FullOfShots_OnlyClearlyBetterThanTheWorst()
    {
        var identity = New(new() { KeepShots = 2 });
        Shoot(identity, 0.5f, quality: 0.5f, at: 1);
        Shoot(identity, 0.47f, quality: 0.6f, at: 2);

        Assert.False(identity.Wants(Quality(0.52f), TimeSpan.FromSeconds(3)));
        Assert.True(identity.Wants(Quality(0.56f), TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void Wants_Known_RarelyLooksAgain()
    {
        var identity = New();
        Shoot(identity, 0.9f, at: 1);

        Assert.False(identity.IsDue(TimeSpan.FromSeconds(4.9)));
        Assert.True(identity.Wants(Quality(0.8f), TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Wants_UnknownComesCloser_LooksAgainSooner()
    {
        var identity = New();
        for (var shot = 0; shot < 4; shot++)
            Shoot(identity, 0.1f, quality: 0.4f, at: shot);

        Assert.False(identity.Wants(Quality(0.42f), TimeSpan.FromSeconds(4)));
        Assert.True(identity.Wants(Quality(0.55f), TimeSpan.FromSeconds(4)));
    }

    [Fact]
    public void Wants_BudgetSpent_OnlyRechecks()
    {
        _index.Put(s_bert, [Like(0.99f)]);
        var identity = New(new() { ShotBudget = 3 });
        for (var shot = 0; shot < 3; shot++)
            Shoot(identity, 0.95f, at: shot);

        Assert.False(identity.Wants(Quality(1), TimeSpan.FromSeconds(4)));
        Assert.True(identity.Wants(Quality(1), TimeSpan.FromSeconds(6)));
    }

    [Fact]
    public void Wants_MediaTimeRestarted_IsNotSilentUntilItCatchesUp()
    {
        var identity = New();
        Shoot(identity, 0.9f, at: 1000);

        Assert.True(identity.Wants(Quality(0.8f), TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Absorb_SameFaceOnAnotherTrack_AddsItsEvidence()
    {
        var before = New();
        Shoot(before, 0.6f);
        var later = New();
        Shoot(later, 0.6f);

        before.Absorb(later);

        Assert.True(before.Decide(_index));
        Assert.Equal((IdentityState.Known, 2), (before.Current.State, before.Current.Shots));
    }

    [Fact]
    public void Absorb_ShotNotYetDecidedUpon_CountsAsEvidence()
    {
        var before = New();
        Shoot(before, 0.6f);
        var later = New();
        later.Add(Like(0.6f), Quality(0.8f), TimeSpan.Zero);

        before.Absorb(later);

        Assert.True(before.Decide(_index));
        Assert.Equal(IdentityState.Known, before.Current.State);
    }

    [Fact]
    public void Reset_NextTrack_KnowsNothingOfTheLast()
    {
        var identity = New();
        Shoot(identity, 0.9f);

        identity.Reset();

        Assert.Equal(default, identity.Current);
        Assert.True(identity.Template.IsEmpty);
        Assert.Equal(0, identity.ShotsTaken);
        Assert.True(identity.IsDue(TimeSpan.Zero));
    }

    [Fact]
    public void Add_TemplateOfAnotherModel_Throws() =>
        Assert.Throws<ArgumentException>(() => New().Add(new float[3], Quality(1), TimeSpan.Zero));

    [Fact]
    public void At_ThresholdGrowsWithTheWatchlistAndNeverFalls()
    {
        Assert.Equal(0.5f, s_contract.At(0));
        Assert.Equal(0.5f, s_contract.At(1000));
        Assert.Equal(0.56f, s_contract.At(10_000), 0.0001f);
        Assert.Equal(0.62f, s_contract.At(100_000), 0.0001f);
    }

    [Fact]
    public void Decide_ThresholdConfigured_ReplacesTheContract()
    {
        var identity = New(new() { Threshold = 0.8f, MinShots = 1 });

        Shoot(identity, 0.7f);
        Assert.Equal((IdentityState.Undecided, 0.8f), (identity.Current.State, identity.Current.Threshold));
    }

    private static TrackIdentity New(RecognitionOptions? options = null) => new(options ?? new(), 2, s_contract);

    private static float[] Like(float similarity) => [similarity, MathF.Sqrt(1 - (similarity * similarity))];

    private static float Length(ReadOnlySpan<float> vector) => MathF.Sqrt((vector[0] * vector[0]) + (vector[1] * vector[1]));

    private static ShotQuality Quality(float score) => new(score, 60, 100, 0, 0, 0, 0.5f, 0.2f, 1, 0.9f);

    private bool Shoot(TrackIdentity identity, float similarity, float quality = 0.8f, double at = 0)
    {
        identity.Add(Like(similarity), Quality(quality), TimeSpan.FromSeconds(at));
        return identity.Decide(_index);
    }
}
